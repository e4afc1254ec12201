using System.Reflection;

namespace FollowerSync.Settings;

/// <summary>The values of all settings marked as secret, as far as they are given.</summary>
internal static class SecretValues
{
    public static IEnumerable<string> Of(IConfiguration root, SettingsSchema schema) =>
        schema.Sections.SelectMany(section => Within(section.Type, root.GetSection(section.Name))).Where(value => value.Length > 0);

    private static IEnumerable<string> Within(Type type, IConfigurationSection section) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .SelectMany(property => ValuesOf(property, section.GetSection(property.Name)));

    private static IEnumerable<string> ValuesOf(PropertyInfo property, IConfigurationSection section)
    {
        if (property.IsDefined(typeof(SecretAttribute)))
            return section.Value is { } value ? [value] : [];
        if (SettingType.IsList(property.PropertyType, out Type element) || SettingType.IsDictionary(property.PropertyType, out element))
            return SettingType.IsSection(element) ? section.GetChildren().SelectMany(child => Within(element, child)) : [];
        return SettingType.IsSection(property.PropertyType) ? Within(property.PropertyType, section) : [];
    }
}
