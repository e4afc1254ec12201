using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>The absolute path of a folder or file, or empty.</summary>
internal sealed class AbsolutePathAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string path && (path.Length == 0 || Path.IsPathFullyQualified(path)) ? null : (Sentence)"must be an absolute path, or empty";
}
