namespace FollowerSync.Database;

/// <summary>How the private local PostgreSQL is set up. Users set the folder only; the rest is for tests.</summary>
internal sealed record PrivatePostgresOptions
{
    /// <summary>Absolute path; empty = <c>followersync/postgresql</c> in the user's data folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Folders to look for the server's programs in; null = where the packages of the known systems put them.</summary>
    public IReadOnlyList<string>? SearchFolders { get; init; }

    /// <summary>Trades the safety of the data for speed and listens on a Unix socket only. Default false.</summary>
    public bool Disposable { get; init; }

    /// <summary>Longest wait for the server to start, crash recovery included. Default 5 min.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
