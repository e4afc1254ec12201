using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>A value that may be left at its default but not be set to nothing.</summary>
internal sealed class NotEmptyAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) => value is null or "" ? (Sentence)"must not be empty" : null;
}
