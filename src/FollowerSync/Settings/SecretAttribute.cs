namespace FollowerSync.Settings;

/// <summary>Marks a setting whose value appears in no message and is masked in every log line.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
