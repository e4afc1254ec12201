namespace FollowerSync.Database.PrivateServer;

/// <summary>Where the packages of the known systems put PostgreSQL's programs.</summary>
internal static class PostgresSearchPath
{
    private static readonly (string Root, string Pattern, string Programs)[] Homes = OperatingSystem.IsWindows()
        ? [(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin")]
        :
        [
            ("/usr/lib/postgresql", "*", "bin"),
            ("/usr", "pgsql-*", "bin"),
            ("/opt/homebrew/opt", "postgresql*", "bin"),
            ("/usr/local/opt", "postgresql*", "bin"),
            ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
            ("/usr/local", "pgsql*", "bin"),
        ];

    public static IReadOnlyList<string> Default() =>
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        .. Homes.Where(home => Directory.Exists(home.Root))
            .SelectMany(home => Directory.GetDirectories(home.Root, home.Pattern).Select(folder => Path.Combine(folder, home.Programs))),
    ];
}
