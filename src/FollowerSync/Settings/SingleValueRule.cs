namespace FollowerSync.Settings;

/// <summary>A setting of its own, in no section: one whose name other programs gave it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Broken">What a non-empty value has to be, when it is not.</param>
internal sealed record SingleValueRule(string Key, Func<string, string?> Broken)
{
    public IEnumerable<SettingsFault> Check(IConfiguration root)
    {
        // Its value is not shown: it may hold a login.
        if (root[Key] is { Length: > 0 } value && Broken(value.Trim()) is { } rule)
            yield return new SettingsFault(Key, rule);
    }
}
