using System.Text.RegularExpressions;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>The package of <c>dbt/</c>, as far as its SQL goes: what dbt puts in the place of <c>source</c>, <c>ref</c> and <c>var</c>, and the tests its YAML asks for.</summary>
internal sealed partial class DbtPackage(string folder)
{
    /// <summary>Schema of the models.</summary>
    public const string Target = "dbt_models";

    private readonly string[] _yaml = [.. Directory.GetFiles(Path.Combine(folder, "models"), "*.yml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines)];

    /// <summary>SQL of the models as dbt compiles it, by name, each after those it refers to.</summary>
    public IReadOnlyList<(string Name, string Sql)> Models()
    {
        Dictionary<string, string> left = Directory.GetFiles(Path.Combine(folder, "models"), "*.sql", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);
        List<(string, string)> ordered = [];
        while (left.Count > 0)
        {
            string next = left.Where(model => Ref().Matches(model.Value).All(m => !left.ContainsKey(m.Groups["name"].Value))).Select(model => model.Key).Order(StringComparer.Ordinal).First();
            ordered.Add((next, Compile(left[next])));
            left.Remove(next);
        }

        return ordered;
    }

    /// <summary>Queries that must answer no row: the files of <c>tests</c>, and those the YAML asks for.</summary>
    public IReadOnlyList<(string Name, string Sql)> Tests() =>
    [
        .. Directory.GetFiles(Path.Combine(folder, "tests"), "*.sql").Select(file => (Path.GetFileNameWithoutExtension(file), Compile(File.ReadAllText(file)))),
        .. ColumnTests(),
    ];

    /// <summary>Every column the YAML describes, with its model.</summary>
    public IEnumerable<(string Model, string Column)> Columns() => Walk().Where(w => w.Line.StartsWith("      - name: ", StringComparison.Ordinal)).Select(w => (w.Model, w.Column));

    /// <summary>The tables the package names as sources, in its YAML.</summary>
    public IEnumerable<string> Sources() => _yaml.TakeWhile(line => line != "models:").Where(line => line.StartsWith("      - name: ", StringComparison.Ordinal)).Select(line => line[14..]);

    /// <summary>The names in <c>source(…)</c> and <c>ref(…)</c>, of SQL and YAML.</summary>
    public IEnumerable<string> Names(string macro) =>
        Directory.GetFiles(folder, "*.*", SearchOption.AllDirectories).Where(file => file.EndsWith(".sql", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal))
            .SelectMany(file => (macro == "ref" ? Ref() : Source()).Matches(File.ReadAllText(file)).Select(m => m.Groups["name"].Value)).Distinct();

    /// <summary>The incremental model of the README as dbt compiles it into a table: what selects its first rows, what selects those of a later build, and what follows either.</summary>
    public (string First, string Later, string After) Copy(string table)
    {
        Match model = Incremental().Match(File.ReadAllText(Path.Combine(folder, "README.md")).Replace("{{ this }}", table, StringComparison.Ordinal));
        return (Compile(model.Groups["all"].Value), Compile(model.Groups["all"].Value + model.Groups["changed"].Value), Compile(model.Groups["after"].Value));
    }

    private static string Compile(string sql)
    {
        string compiled = Braces().Replace(sql, "${inner}");
        compiled = Source().Replace(compiled, "wechat.${name}");
        compiled = Ref().Replace(compiled, Target + ".${name}");
        return compiled.Replace("var('stale_after_hours')", "26", StringComparison.Ordinal);
    }

    private IEnumerable<(string, string)> ColumnTests() =>
        from place in Walk()
        let sql = place.Line.Trim() switch
        {
            "- not_null" => $"select * from {Target}.{place.Model} where {place.Column} is null",
            "- unique" => $"select {place.Column} from {Target}.{place.Model} group by 1 having count(*) > 1",
            "- relationships:" => $"select * from {Target}.{place.Model} where {place.Column} not in (select {place.Column} from {Compile(place.Argument)})",
            "- accepted_values:" => $"select * from {Target}.{place.Model} where {place.Column} not in ({place.Argument.Trim('[', ']')})",
            _ => null,
        }
        where sql is not null
        select ($"{place.Model}.{place.Column} {place.Line.Trim()}", sql);

    /// <summary>The lines below <c>models:</c>, each with model, column and the argument in the line after it.</summary>
    private IEnumerable<(string Model, string Column, string Line, string Argument)> Walk()
    {
        (string model, string column) = ("", "");
        string[] lines = [.. _yaml.SkipWhile(line => line != "models:").TakeWhile(line => line != "exposures:")];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("  - name: ", StringComparison.Ordinal))
                (model, column) = (lines[i][10..], "");
            else if (lines[i].StartsWith("      - name: ", StringComparison.Ordinal))
                column = lines[i][14..];
            yield return (model, column, lines[i], i + 1 < lines.Length ? lines[i + 1].Split(':', 2)[^1].Trim() : "");
        }
    }

    [GeneratedRegex("""post_hook="(?<after>[^"]+)"\) \}\}(?<all>.*)\{% if is_incremental\(\) %\}(?<changed>.*)\{% endif %\}""", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1_000)]
    private static partial Regex Incremental();

    [GeneratedRegex(@"\{\{\s*(?<inner>.*?)\s*\}\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Braces();

    [GeneratedRegex(@"source\('wechat', '(?<name>\w+)'\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Source();

    [GeneratedRegex(@"ref\('(?<name>\w+)'\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Ref();
}
