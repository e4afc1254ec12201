using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace FollowerSync.Settings;

/// <summary>Tells whether two workers are set up alike, and which sections are not, without telling how. Holds nothing of a secret, and nothing that belongs to one machine.</summary>
internal static class SettingsFingerprint
{
    private const int DigitsShown = 12;

    /// <summary>A word a section: its name, a colon and a hash of what its settings come to, defaults included.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="schema">Their sections.</param>
    /// <param name="except">A section that belongs to one machine.</param>
    public static string Of(IConfiguration settings, SettingsSchema schema, string except) =>
        string.Join(' ', schema.Sections.Where(section => section.Name != except && !IsOfOneNode(section.Type)).Select(section => $"{section.Name}:{Hash(Text(settings.GetSection(section.Name).Get(section.Type) ?? Activator.CreateInstance(section.Type)!))}"));

    /// <summary>The sections in which two workers differ.</summary>
    public static IReadOnlyList<string> Differences(string one, string other) =>
        [.. one.Split(' ').Except(other.Split(' '), StringComparer.Ordinal).Concat(other.Split(' ').Except(one.Split(' '), StringComparer.Ordinal)).Select(word => word.Split(':')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string Text(object section) => string.Join(
        '\n',
        section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.GetCustomAttribute<SecretAttribute>() is null && !IsOfOneNode(property))
            .Select(property => $"{property.Name}={Value(property.GetValue(section))}"));

    // The order of accounts says nothing; the length keeps two short values from looking like one long one.
    private static string Value(object? value) => value switch
    {
        null => "",
        string text => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}"),
        // A query may hold a key.
        Uri address => address.GetLeftPart(UriPartial.Path),
        IDictionary entries => string.Join('\n', entries.Keys.Cast<object>().Select(key => $"{key}={Value(entries[key])}").Order(StringComparer.Ordinal)),
        IEnumerable items => string.Join('\n', items.Cast<object>().Select(Value).Order(StringComparer.Ordinal)),
        _ when SettingType.IsSection(value.GetType()) => Text(value),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static bool IsOfOneNode(MemberInfo member) => member.IsDefined(typeof(OfOneNodeAttribute), inherit: false);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..DigitsShown];
}
