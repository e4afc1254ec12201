using System.Reflection;

namespace FollowerSync.Settings;

/// <summary>All settings marked as secret, as far as they are given.</summary>
internal static class SecretValues
{
    /// <summary>The values of those secret as a whole, or of those with a secret part.</summary>
    public static IEnumerable<string> Of(IConfiguration root, SettingsSchema schema, bool inPart = false) =>
        All(root, schema).Where(one => one.InPart == inPart).Select(one => one.Setting.Value!).Where(value => value.Length > 0);

    /// <summary>The keys of all of them, as <c>WeChat:Accounts:0:AppSecret</c>.</summary>
    public static IEnumerable<string> KeysOf(IConfiguration root, SettingsSchema schema) => All(root, schema).Select(one => one.Setting.Path);

    private static IEnumerable<(IConfigurationSection Setting, bool InPart)> All(IConfiguration root, SettingsSchema schema) =>
        schema.Sections.SelectMany(section => Within(section.Type, root.GetSection(section.Name)));

    private static IEnumerable<(IConfigurationSection Setting, bool InPart)> Within(Type type, IConfigurationSection section) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .SelectMany(property => Of(property, section.GetSection(property.Name)));

    private static IEnumerable<(IConfigurationSection Setting, bool InPart)> Of(PropertyInfo property, IConfigurationSection section)
    {
        if (property.GetCustomAttribute<SecretAttribute>() is { } secret)
            return section.Value is null ? [] : [(section, secret.InPart)];
        if (SettingType.IsList(property.PropertyType, out Type element) || SettingType.IsDictionary(property.PropertyType, out element))
            return SettingType.IsSection(element) ? section.GetChildren().SelectMany(child => Within(element, child)) : [];
        return SettingType.IsSection(property.PropertyType) ? Within(property.PropertyType, section) : [];
    }
}
