using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>A setting of its own, in no section: one whose name other programs gave it, or that concerns all.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Broken">What a non-empty value has to be, when it is not.</param>
internal sealed record SingleValueRule(string Key, Func<string, Sentence?> Broken)
{
    /// <param name="value">The value; null = not set.</param>
    /// <param name="isShown">Whether it may be told: others hold a login.</param>
    public IEnumerable<SettingsFault> Check(string? value, bool isShown = false)
    {
        if (value is { Length: > 0 } && Broken(value.Trim()) is { } rule)
            yield return new SettingsFault(Key, rule, isShown ? ShownValue.Of(value, secret: false) : null);
    }
}
