namespace FollowerSync.Database;

/// <summary>Which servers the program works with.</summary>
internal static class SupportedServer
{
    /// <summary>Oldest major version of PostgreSQL.</summary>
    public const int OldestMajor = 15;
}
