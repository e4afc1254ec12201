using System.Reflection;

namespace FollowerSync.Settings;

/// <summary>The values of all settings marked as secret, as far as they are given: those secret as a whole, or those with a secret part.</summary>
internal static class SecretValues
{
    public static IEnumerable<string> Of(IConfiguration root, SettingsSchema schema, bool inPart = false) =>
        schema.Sections.SelectMany(section => Within(section.Type, root.GetSection(section.Name), inPart)).Where(value => value.Length > 0);

    private static IEnumerable<string> Within(Type type, IConfigurationSection section, bool inPart) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .SelectMany(property => ValuesOf(property, section.GetSection(property.Name), inPart));

    private static IEnumerable<string> ValuesOf(PropertyInfo property, IConfigurationSection section, bool inPart)
    {
        if (property.GetCustomAttribute<SecretAttribute>() is { } secret)
            return section.Value is { } value && secret.InPart == inPart ? [value] : [];
        if (SettingType.IsList(property.PropertyType, out Type element) || SettingType.IsDictionary(property.PropertyType, out element))
            return SettingType.IsSection(element) ? section.GetChildren().SelectMany(child => Within(element, child, inPart)) : [];
        return SettingType.IsSection(property.PropertyType) ? Within(property.PropertyType, section, inPart) : [];
    }
}
