using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FollowerSync.CommandLine;
using FollowerSync.Settings;

namespace FollowerSync.Tests;

/// <summary>The README's table of settings says what the code does.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_setting_stands_in_the_table_with_its_default_and_no_other()
    {
        Dictionary<string, string> documented = SettingRow().Matches(File.ReadAllText(Readme()))
            .ToDictionary(row => row.Groups["key"].Value, row => row.Groups["default"].Value, StringComparer.Ordinal);
        Dictionary<string, string> known = new(StringComparer.Ordinal) { ["ConnectionStrings:FollowerSync"] = "empty" };
        foreach ((string section, Type type) in FollowerSyncSettings.Schema.Sections)
            Collect(section, type, known);

        documented.Keys.Order().ShouldBe(known.Keys.Order());
        foreach ((string key, string value) in known)
            documented[key].ShouldBe(value, key);
    }

    private static void Collect(string path, Type type, Dictionary<string, string> into)
    {
        object defaults = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            string key = $"{path}:{property.Name}";
            into[key] = Default(property.GetValue(defaults));
            if (SettingType.IsList(property.PropertyType, out Type element))
                CollectWithin($"{key}[]", element, into);
            else if (SettingType.IsDictionary(property.PropertyType, out element))
                CollectWithin($"{key}:NAME", element, into);
            else
                CollectWithin(key, property.PropertyType, into);
        }
    }

    private static void CollectWithin(string path, Type type, Dictionary<string, string> into)
    {
        if (SettingType.IsSection(type))
            Collect(path, type, into);
    }

    private static string Default(object? value) => value switch
    {
        null => "none",
        "" => "empty",
        IDictionary => "see file",
        string text => $"`{text}`",
        IEnumerable => "none",
        bool flag => flag ? "`true`" : "`false`",
        Uri address => $"`{address.OriginalString}`",
        not null when SettingType.IsSection(value.GetType()) => "see below",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    private static string Readme([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "README.md"));

    [GeneratedRegex(@"^\| `(?<key>\w+:[\w:\[\]]+)` \| (?<default>[^|]+?) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex SettingRow();
}
