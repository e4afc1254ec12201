using FollowerSync.Database;

namespace FollowerSync.Leases;

/// <summary>Gives out the leases in <c>followersync.leases</c>: one account, one run.</summary>
internal sealed class RunLeases(FollowerDatabase database, TimeProvider time, ILogger<RunLeases> logger)
{
    private const string HolderSql = "select fence, host, process from followersync.leases where app_id = @appId";

    // Nobody takes a lease for longer: the clock was set back since. Its holder, if it lives, renews it before it then ends.
    private const string ShortenSql =
        """
        update followersync.leases set expires_at = now() + @duration
        where app_id = @appId and expires_at > now() + @duration + interval '10 seconds'
        """;

    // A lease whose process has died on this machine is free at once; any other one when its time has run out.
    private const string TakeSql =
        """
        insert into followersync.leases as l (app_id, fence, host, process, expires_at)
        values (@appId, 1, @host, @process, now() + @duration)
        on conflict (app_id) do update
        set fence = l.fence + 1, host = excluded.host, process = excluded.process, expires_at = excluded.expires_at
        where l.expires_at <= now() or l.fence = @deadFence
        returning fence
        """;

    /// <exception cref="RunActiveException">Another run holds the lease.</exception>
    public async Task<RunLease> AcquireAsync(string appId, CancellationToken cancellationToken)
    {
        Holder? holder = await FindHolderAsync(appId, cancellationToken);
        var parameters = new
        {
            appId,
            host = ProcessIdentity.Host,
            process = ProcessIdentity.Current,
            duration = RunLease.Duration,
            deadFence = holder is not null && holder.Host == ProcessIdentity.Host && !ProcessIdentity.IsAlive(holder.Process) ? holder.Fence : 0,
        };
        long? fence = await database.RunAsync(
            tx => tx.ReadOrDefaultAsync<long?>(TakeSql, parameters),
            cancellationToken);
        return fence is { } own
            ? new RunLease(database, appId, own, time, logger)
            : throw new RunActiveException(appId, $"process {holder?.Process.Split('@')[0] ?? "unknown"} on {holder?.Host.Split('/')[0] ?? "another machine"}");
    }

    private Task<Holder?> FindHolderAsync(string appId, CancellationToken cancellationToken) => database.RunAsync(
        async tx =>
        {
            await tx.ExecuteAsync(ShortenSql, new { appId, duration = RunLease.Duration });
            return await tx.ReadOrDefaultAsync<Holder>(HolderSql, new { appId });
        },
        cancellationToken);

    private sealed record Holder
    {
        public long Fence { get; init; }

        public string Host { get; init; } = "";

        public string Process { get; init; } = "";
    }
}
