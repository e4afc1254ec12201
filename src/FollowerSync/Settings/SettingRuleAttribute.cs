using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>A rule beside the property of an options type it is for.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class SettingRuleAttribute : Attribute
{
    /// <summary>What the value has to be ("must be …"), when it is not; null when the value is right.</summary>
    public abstract Sentence? Broken(object? value);
}
