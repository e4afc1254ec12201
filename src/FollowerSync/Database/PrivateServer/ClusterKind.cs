namespace FollowerSync.Database.PrivateServer;

/// <summary>Whom a private PostgreSQL is for. The kinds share no folder and no database.</summary>
internal enum ClusterKind
{
    /// <summary>Real data, which nothing but the operator drops.</summary>
    Data,

    /// <summary>The demo, which empties its database at each start.</summary>
    Demo,
}
