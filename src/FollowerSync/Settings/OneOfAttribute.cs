namespace FollowerSync.Settings;

/// <summary>One of a few texts, spelled exactly so.</summary>
internal sealed class OneOfAttribute(params string[] choices) : SettingRuleAttribute
{
    public override string? Broken(object? value) =>
        value is string text && choices.Contains(text, StringComparer.Ordinal) ? null : $"must be one of {string.Join(", ", choices)}";
}
