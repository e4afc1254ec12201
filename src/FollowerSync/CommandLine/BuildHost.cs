namespace FollowerSync.CommandLine;

/// <summary>Composes the program for a verb; the root of the program implements it.</summary>
internal delegate IHost BuildHost(VerbSettings settings, HostParts parts);

/// <summary>How much of the program a verb needs.</summary>
internal enum HostParts
{
    /// <summary>What a single sync needs.</summary>
    Sync,

    /// <summary>That and the scheduler and the status page.</summary>
    Worker,
}
