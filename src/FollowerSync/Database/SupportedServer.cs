namespace FollowerSync.Database;

/// <summary>Which servers the program works with.</summary>
internal static class SupportedServer
{
    /// <summary>Oldest major version of PostgreSQL.</summary>
    public const int OldestMajor = 15;

    /// <summary>Encoding of the database: the only one that holds all that people put into their names.</summary>
    public const string Encoding = "UTF8";
}
