using System.Collections;
using System.Reflection;

namespace FollowerSync.Settings;

/// <summary>Applies the rules written beside the properties of an options type to a bound instance.</summary>
/// <param name="root">The settings, for naming the source of a wrong one.</param>
/// <param name="report">Takes a fault.</param>
internal sealed class SectionRules(IConfigurationRoot root, Action<SettingsFault> report)
{
    public void Check(object options, IConfigurationSection section, string key)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            object? value = property.GetValue(options);
            IConfigurationSection child = section.GetSection(property.Name);
            foreach (SettingRuleAttribute rule in property.GetCustomAttributes<SettingRuleAttribute>())
                Apply(rule, value, child, $"{key}:{property.Name}", property.IsDefined(typeof(SecretAttribute)));
            if (value is string secret && property.IsDefined(typeof(SecretAttribute)) && SecretRule.Broken(secret) is { } broken)
                report(new SettingsFault($"{key}:{property.Name}", broken, Origin: SettingsOrigin.Of(root, child.Path)));
            CheckWithin(property.PropertyType, value, child, $"{key}:{property.Name}");
        }

        if (options is ISettingsRules rules)
            foreach (SettingsFault fault in rules.BrokenRules())
                report(fault with { Key = $"{key}:{fault.Key}" });
    }

    private void Apply(SettingRuleAttribute rule, object? value, IConfigurationSection section, string key, bool secret)
    {
        if (rule.Broken(value) is { } broken)
            report(new SettingsFault(key, broken, ShownValue.Of(section.Value, secret), SettingsOrigin.Of(root, section.Path)));
    }

    private void CheckWithin(Type type, object? value, IConfigurationSection section, string key)
    {
        if (value is null)
            return;
        if (SettingType.IsList(type, out Type element))
        {
            // The binder closes gaps between indexes, so entries are paired by order, not by index.
            if (SettingType.IsSection(element))
                foreach ((object? entry, IConfigurationSection child) in ((IEnumerable)value).Cast<object?>().Zip(section.GetChildren()))
                    if (entry is not null)
                        Check(entry, child, $"{key}[{child.Key}]");
        }
        else if (SettingType.IsDictionary(type, out element))
        {
            if (SettingType.IsSection(element))
                foreach (DictionaryEntry entry in (IDictionary)value)
                    if (entry.Value is not null)
                        Check(entry.Value, section.GetSection((string)entry.Key), $"{key}:{entry.Key}");
        }
        else if (SettingType.IsSection(type))
        {
            Check(value, section, key);
        }
    }
}
