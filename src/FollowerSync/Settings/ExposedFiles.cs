using System.Data.Common;
using Microsoft.Extensions.Configuration.Json;

namespace FollowerSync.Settings;

/// <summary>Files with secrets of the settings that other users of the machine may read.</summary>
internal static class ExposedFiles
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <param name="root">The settings.</param>
    /// <param name="schema">Knows which of them are secret.</param>
    /// <param name="file">The settings file.</param>
    public static IReadOnlyList<string> Find(IConfigurationRoot root, SettingsSchema schema, string file)
    {
        if (OperatingSystem.IsWindows())
            return [];

        HashSet<string> secrets = new(SecretValues.KeysOf(root, schema), StringComparer.OrdinalIgnoreCase);
        List<string> holding = [];
        if (root.Providers.OfType<JsonConfigurationProvider>().Any(provider => Keys(provider).Any(key => IsSecret(provider, key, secrets))))
            holding.Add(file);
        foreach (SecretFolder folder in root.Providers.OfType<SecretFolder>())
            holding.AddRange(folder.Files.Where(path => IsSecret(folder, SecretFolder.KeyOf(path), secrets)));
        return [.. holding.Where(IsOpenToOthers)];
    }

    private static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;

    private static bool IsSecret(IConfigurationProvider provider, string key, HashSet<string> secrets) =>
        provider.TryGet(key, out string? value) && !string.IsNullOrWhiteSpace(value)
        && (secrets.Contains(key) || (key.StartsWith(ConnectionStringRule.Section + ":", StringComparison.OrdinalIgnoreCase) && HoldsPassword(value)));

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
}
