using System.Text.RegularExpressions;

namespace FollowerSync.Database.Schema;

/// <summary>One script of <c>db/views</c>: makes one view of schema <c>wechat</c>, with its comments.</summary>
internal sealed partial record ViewScript
{
    private ViewScript(string name, string view, string sql)
    {
        Name = name;
        View = view;
        Sql = sql;
    }

    /// <summary>The file's name without folder, <c>01_name.sql</c>. In its order the scripts run.</summary>
    public string Name { get; }

    /// <summary>Name of the view in schema <c>wechat</c>: that of the file.</summary>
    public string View { get; }

    /// <summary>The script with line ends normalised to LF.</summary>
    public string Sql { get; }

    /// <exception cref="MigrationException">The file is not named like <c>01_name_of_the_view.sql</c>.</exception>
    public static ViewScript Parse(string fileName, string sql)
    {
        Match match = FileName().Match(fileName);
        if (!match.Success)
            throw new MigrationException($"The view script \"{fileName}\" is not named by its place and its view.", "Name it like 01_name_of_the_view.sql.");

        return new ViewScript(fileName, match.Groups["view"].Value, sql.TrimStart('\uFEFF').ReplaceLineEndings("\n"));
    }

    [GeneratedRegex("^[0-9]{2}_(?<view>[a-z0-9_]+)\\.sql$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
