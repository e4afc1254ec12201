using FollowerSync.Database;

namespace FollowerSync.Leases;

/// <summary>The number that tells a lease from every earlier and later one of its account.</summary>
internal sealed record LeaseFence(string AppId, long Number)
{
    private const string LaterSql = "select exists (select 1 from followersync.leases where app_id = @AppId and fence > @Number)";

    // Tried, never waited for: every login sees the number in pg_locks and may hold the lock for ever. All that comes of it is that a session without the mark is not found when it
    // stands still.
    private const string MarkSql = "select pg_try_advisory_xact_lock_shared(@Number)";

    // A bigint is kept as two halves.
    private const string EndSql =
        """
        select pg_terminate_backend(pid)
        from pg_locks join pg_stat_activity a using (pid)
        where locktype = 'advisory' and classid = (@number >> 32)::oid and objid = (@number & 4294967295)::oid and objsubid = 1
          and a.datname = current_database() and a.usename = current_user
        """;

    private const string ProveSql = "select 1 from followersync.leases where app_id = @AppId and fence = @Number for share";

    /// <summary>Shows, until the transaction ends, that it writes under this number.</summary>
    public Task MarkAsync(Transaction tx) => tx.ExecuteAsync(MarkSql, this);

    /// <summary>Ends the sessions that still write under a number that was overtaken. They can commit nothing any more, and one whose process stands still would keep its rows
    /// locked: in the middle of a copy no limit of the server ends it.</summary>
    public static Task EndAsync(Transaction tx, long number) => tx.ExecuteAsync(EndSql, new { number });

    /// <summary>Whether the lease is still the account's, which it then stays until the transaction ends.</summary>
    public async Task<bool> ProveAsync(Transaction tx) => await tx.ReadOrDefaultAsync<int?>(ProveSql, this) is not null;

    /// <summary>Whether a later lease of the account was given since. Otherwise one that is not known any more is lost with the end of a server.</summary>
    public Task<bool> IsOvertakenAsync(Transaction tx) => tx.ReadAsync<bool>(LaterSql, this);
}
