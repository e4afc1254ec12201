using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using FollowerSync.Languages;

namespace FollowerSync.Database.PrivateServer;

/// <summary>The programs of one installed PostgreSQL server.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    public string InitDb => PathOf(Folder, "initdb");

    public string PgCtl => PathOf(Folder, "pg_ctl");

    /// <summary>The newest usable installation, or the one of <paramref name="major"/>.</summary>
    /// <param name="searchFolders">Where to look; the first of several with the same major version wins.</param>
    /// <param name="major">Major version of an existing cluster, which no other version can read; null when there is none yet.</param>
    /// <param name="clusterFolder">For the error text.</param>
    /// <param name="cancellationToken">Stops asking the programs for their version.</param>
    /// <exception cref="PrivatePostgresException">There is none.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        IEnumerable<string> searchFolders, int? major, string clusterFolder, CancellationToken cancellationToken)
    {
        List<PostgresBinaries> installed = [];
        foreach (string folder in searchFolders.Select(Resolve).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await ReadMajorAsync(folder, cancellationToken) is { } version)
                installed.Add(new PostgresBinaries(folder, version));
        }

        string found = string.Join(", ", installed.Select(one => one.Major).Distinct().Order());
        if (major is null)
        {
            return installed.Where(one => one.Major >= SupportedServer.OldestMajor).MaxBy(one => one.Major)
                ?? throw PrivatePostgresException.NotInstalled(found.Length == 0 ? Sentence.Empty : $" (found: {found})");
        }

        return installed.Find(one => one.Major == major)
            ?? throw (installed.Count == 0
                ? PrivatePostgresException.NotInstalled("")
                : PrivatePostgresException.WrongMajor(clusterFolder, major.Value, found));
    }

    // Debian and others put links to some of the programs on the path; the server wants its siblings.
    private static string? Resolve(string folder)
    {
        string program = PathOf(folder, "initdb");
        if (!File.Exists(program))
            return null;

        string home = Path.GetDirectoryName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program)!;
        return File.Exists(PathOf(home, "pg_ctl")) && File.Exists(PathOf(home, "postgres")) ? home : null;
    }

    private static async Task<int?> ReadMajorAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            PostgresCommand.Answer answer = await PostgresCommand.RunAsync(PathOf(folder, "postgres"), ["--version"], account: null, cancellationToken);
            Match match = VersionText().Match(answer.Output);
            return answer.ExitCode == 0 && match.Success ? int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) : null;
        }
        catch (Win32Exception)
        {
            // Not a program for this machine or not for this user: the next folder may have a better one.
            return null;
        }
    }

    private static string PathOf(string folder, string program) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program);

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionText();
}
