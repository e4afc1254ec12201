using System.Globalization;
using System.Reflection;
using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>Compares a section with the options type it is bound to: unknown keys, values that cannot be read, lists that are none.</summary>
/// <param name="root">The settings, for naming the source of a wrong one.</param>
/// <param name="report">Takes a fault and the configuration path to leave out of binding.</param>
internal sealed class SectionShape(IConfigurationRoot root, Action<SettingsFault, string> report)
{
    public void Check(Type type, IConfigurationSection section, string key)
    {
        PropertyInfo[] properties = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            PropertyInfo? property = Array.Find(properties, candidate => string.Equals(candidate.Name, child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                Unknown(child, key, properties);
            else
                CheckValue(property.PropertyType, child, $"{key}:{property.Name}", property.IsDefined(typeof(SecretAttribute)));
        }
    }

    private void CheckValue(Type type, IConfigurationSection section, string key, bool secret)
    {
        bool several = section.GetChildren().Any();
        bool compound = SettingType.IsList(type, out Type element) || SettingType.IsDictionary(type, out element) || SettingType.IsSection(type);
        if (!compound && several)
            Report(section, key, "must be a single value, not a group of settings", secret);
        else if (compound && !several && !string.IsNullOrEmpty(section.Value))
            Report(section, key, SettingType.IsList(type, out _) ? (Sentence)$"must be a list: {key}[0], {key}[1], …" : "must be a group of settings, not a single value", secret);
        else if (SettingType.IsList(type, out _))
            CheckList(element, section, key, secret);
        else if (SettingType.IsDictionary(type, out _))
            CheckEntries(element, section, key, secret);
        else if (compound)
            Check(type, section, key);
        else if (section.Value is { } text && SettingType.Unreadable(type, text) is { } rule)
            Report(section, key, rule, secret);
    }

    private void CheckList(Type element, IConfigurationSection section, string key, bool secret)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (int.TryParse(child.Key, CultureInfo.InvariantCulture, out _))
                CheckValue(element, child, $"{key}[{child.Key}]", secret);
            else
                Report(child, $"{key}:{child.Key}", $"must stand in an entry of the list, as {key}[0]:{child.Key}", secret: true);
        }
    }

    private void CheckEntries(Type element, IConfigurationSection section, string key, bool secret)
    {
        foreach (IConfigurationSection child in section.GetChildren())
            CheckValue(element, child, $"{key}:{child.Key}", secret);
    }

    private void Unknown(IConfigurationSection child, string key, PropertyInfo[] properties)
    {
        string[] known = [.. properties.Select(property => property.Name)];
        Sentence advice = NearestKey.Of(child.Key, known) is { } nearest ? (Sentence)$"Did you mean {key}:{nearest}?" : $"Known here: {string.Join(", ", known)}.";
        // The value is not shown: a mistyped AppSecret is still a secret.
        report(new SettingsFault($"{key}:{child.Key}", $"is not a setting. {advice}", Origin: SettingsOrigin.Of(root, child.Path)), child.Path);
    }

    private void Report(IConfigurationSection section, string key, Sentence rule, bool secret) =>
        report(new SettingsFault(key, rule, ShownValue.Of(section.Value, secret), SettingsOrigin.Of(root, section.Path)), section.Path);
}
