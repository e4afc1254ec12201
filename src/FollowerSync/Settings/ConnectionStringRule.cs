using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>The rule of one entry of <c>ConnectionStrings</c>. Its value holds a password and is never shown.</summary>
internal sealed record ConnectionStringRule(string Name, Func<string, Sentence?> Broken)
{
    public const string Section = "ConnectionStrings";

    public IEnumerable<SettingsFault> Check(IConfigurationRoot root)
    {
        string key = $"{Section}:{Name}";
        string? value = root[key];
        if (!string.IsNullOrWhiteSpace(value) && (SecretRule.BrokenLines(value) ?? Broken(value)) is { } broken)
            yield return new SettingsFault(key, broken, ShownValue.Of(value, secret: true), SettingsOrigin.Of(root, key));

        // Other programs keep connection strings in the environment too, so only a near miss is a fault.
        foreach (IConfigurationSection other in root.GetSection(Section).GetChildren())
            if (!string.Equals(other.Key, Name, StringComparison.OrdinalIgnoreCase) && NearestKey.Of(other.Key, [Name]) is not null)
                yield return new SettingsFault($"{Section}:{other.Key}", $"is not a setting. Did you mean {key}?", Origin: SettingsOrigin.Of(root, other.Path));
    }
}
