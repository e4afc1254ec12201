using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace FollowerSync.Settings;

/// <summary>Files with secrets of the settings that other users of the machine may read.</summary>
internal static class ExposedFiles
{
    private const string Any = "*";

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <param name="root">The settings.</param>
    /// <param name="schema">Knows which of them are secret.</param>
    /// <param name="file">The settings file.</param>
    /// <param name="secretsFolder">The folder with one file a secret; null = none.</param>
    public static IReadOnlyList<string> Find(IConfigurationRoot root, SettingsSchema schema, string file, string? secretsFolder)
    {
        if (OperatingSystem.IsWindows())
            return [];

        string[][] secrets = [.. schema.Sections.SelectMany(section => SecretsOf(section.Type, section.Name)).Select(path => path.Split(':'))];
        List<string> holding = [];
        if (root.Providers.OfType<JsonConfigurationProvider>().Any(provider => Keys(provider).Any(key => IsSecret(provider, key, secrets))))
            holding.Add(file);
        foreach (KeyPerFileConfigurationProvider provider in root.Providers.OfType<KeyPerFileConfigurationProvider>())
            holding.AddRange(Directory.EnumerateFiles(secretsFolder!).Where(path => IsSecret(provider, KeyOf(path), secrets)).Order(StringComparer.Ordinal));
        return [.. holding.Where(IsOpenToOthers)];
    }

    private static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;

    private static string KeyOf(string path) => Path.GetFileName(path).Replace("__", ":", StringComparison.Ordinal);

    private static bool IsSecret(IConfigurationProvider provider, string key, string[][] secrets) =>
        provider.TryGet(key, out string? value) && !string.IsNullOrWhiteSpace(value)
        && (secrets.Any(secret => IsOf(secret, key.Split(':'))) || (key.StartsWith(ConnectionStringRule.Section + ":", StringComparison.OrdinalIgnoreCase) && HoldsPassword(value)));

    private static bool IsOf(string[] secret, string[] key) =>
        secret.Length == key.Length && secret.Zip(key).All(part => part.First == Any || part.First.Equals(part.Second, StringComparison.OrdinalIgnoreCase));

    private static bool HoldsPassword(string connectionString)
    {
        try
        {
            DbConnectionStringBuilder parts = new() { ConnectionString = connectionString };
            return parts.ContainsKey("Password") || parts.ContainsKey("Pwd") || parts.ContainsKey("Psw");
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static IEnumerable<string> Keys(IConfigurationProvider provider, string? parent = null) =>
        provider.GetChildKeys([], parent).Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(child =>
        {
            string key = parent is null ? child : $"{parent}:{child}";
            return Keys(provider, key).Prepend(key);
        });

    /// <summary>Where secrets stand below a section; <see cref="Any"/> for the places of a list and the keys of a dictionary.</summary>
    private static IEnumerable<string> SecretsOf(Type type, string section) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).SelectMany(property =>
            property.IsDefined(typeof(SecretAttribute)) ? [$"{section}:{property.Name}"]
            : (SettingType.IsList(property.PropertyType, out Type element) || SettingType.IsDictionary(property.PropertyType, out element)) && SettingType.IsSection(element) ? SecretsOf(element, $"{section}:{property.Name}:{Any}")
            : SettingType.IsSection(property.PropertyType) ? SecretsOf(property.PropertyType, $"{section}:{property.Name}")
            : []);
}
