namespace FollowerSync.CommandLine;

/// <summary>Composes the program for a verb and opens the database, if the verb wants it open; the root of the program implements it.</summary>
internal delegate Task<IHost> BuildHost(VerbSettings settings, HostParts parts, CancellationToken cancellationToken);

/// <summary>How much of the program a verb needs.</summary>
internal enum HostParts
{
    /// <summary>Services only; the verb itself opens the database.</summary>
    Services,

    /// <summary>The database as it is, whatever its schema.</summary>
    Database,

    /// <summary>What a single sync needs, on a schema that is current.</summary>
    Sync,

    /// <summary>That and the scheduler and the status page.</summary>
    Worker,
}
