using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>One of a few texts, spelled exactly so.</summary>
internal sealed class OneOfAttribute(params string[] choices) : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string text && choices.Contains(text, StringComparer.Ordinal) ? null : (Sentence)$"must be one of {string.Join(", ", choices)}";
}
