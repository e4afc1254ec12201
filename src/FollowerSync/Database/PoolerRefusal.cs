namespace FollowerSync.Database;

/// <summary>What a pooler between us and PostgreSQL says. PgBouncer has one code for everything, so its words decide; they are never translated.</summary>
internal static class PoolerRefusal
{
    /// <summary>What only a person puts right. All else ("server_login_retry", "query_wait_timeout", "server conn crashed?", "pgbouncer cannot connect to
    /// server", words of versions to come) is the server away, or being changed for another one.</summary>
    private static readonly string[] Lasting =
        ["no such ", "unsupported startup parameter", " required", "rejected", "password", "SASL", "not allowed", "config error"];

    /// <summary>Whether the same transaction may succeed when it is begun again.</summary>
    public static bool IsPassing(string words) => !Array.Exists(Lasting, word => words.Contains(word, StringComparison.OrdinalIgnoreCase));
}
