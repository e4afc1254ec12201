namespace FollowerSync.Settings;

/// <summary>Marks a setting whose value appears in no message and is masked in every log line.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute
{
    /// <summary>Whether only a part of the value is secret, as the password in a connection string: masked is that part, which those know who know the form.</summary>
    public bool InPart { get; init; }
}
