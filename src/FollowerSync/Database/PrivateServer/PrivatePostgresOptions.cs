namespace FollowerSync.Database.PrivateServer;

/// <summary>How the private local PostgreSQL is set up. Users set the folder only; the rest is for the demo and for tests.</summary>
internal sealed record PrivatePostgresOptions
{
    /// <summary>Absolute path; empty = <c>followersync</c> in the user's data folder, and <see cref="Name"/> in that.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Name of the folder when <see cref="Folder"/> is empty: each has a server of its own.</summary>
    public string Name { get; init; } = "postgresql";

    /// <summary>What it is for; a folder made for one kind is refused for another. Default <see cref="ClusterKind.Data"/>.</summary>
    public ClusterKind Kind { get; init; } = ClusterKind.Data;

    /// <summary>Folders to look for the server's programs in; null = where the packages of the known systems put them.</summary>
    public IReadOnlyList<string>? SearchFolders { get; init; }

    /// <summary>Trades the safety of the data for speed and listens on a Unix socket only. Default false.</summary>
    public bool Disposable { get; init; }

    /// <summary>Longest wait for the server to start, crash recovery included. Default 5 min.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
