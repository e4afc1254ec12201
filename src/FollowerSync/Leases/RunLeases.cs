using System.Collections.Concurrent;
using FollowerSync.Database;
using FollowerSync.Nodes;

namespace FollowerSync.Leases;

/// <summary>Gives out the leases in <c>followersync.leases</c>: one account, one run.</summary>
internal sealed partial class RunLeases(FollowerDatabase database, OwnNode own, TimeProvider time, ILogger<RunLeases> logger)
{
    /// <summary>A run of arrivals ends by itself after some twenty seconds, and sooner when somebody waits; what only closes records, at once; a dead one gives the lease up after half a minute.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>So long that two tries at the same moment do not choose the same one.</summary>
    private const long LongestStep = 1_000_000_000;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private const string HolderSql = "select fence, node, host, process, brief, expires_at <= now() as free, expires_at, expires_at - now() as time_left from followersync.leases where app_id = @appId";

    // Nobody takes a lease for longer: the clock was set back since. Its holder, if it lives, renews it before it then ends.
    private const string ShortenSql =
        """
        update followersync.leases set expires_at = now() + @duration
        where app_id = @appId and expires_at > now() + @duration + interval '10 seconds'
        """;

    // A lease whose process has died on this machine is free at once; any other one when its time has run out. Who is brief lets those go first who wait.
    // Fences grow by steps of chance: a standby that lagged and was promoted knows nothing of the last ones, and must not give the same number again. The number is chosen
    // before, so that a try whose commit was never answered finds its own.
    private const string TakeSql =
        $"""
        insert into followersync.leases as l (app_id, fence, node, host, process, expires_at, brief)
        values (@appId, @fence, @node, @host, @process, now() + @duration, @brief)
        on conflict (app_id) do update
        set fence = excluded.fence, node = excluded.node, host = excluded.host, process = excluded.process, expires_at = excluded.expires_at, brief = excluded.brief,
            wanted_at = case when @brief then l.wanted_at end
        where (l.expires_at <= now() or l.fence = @deadFence) and l.fence < @fence and not (@brief and {RunLease.IsWanted})
           or l.fence = @fence and l.host = @host and l.process = @process
        returning fence
        """;

    private const string TurnSql = "select 1 from followersync.leases where app_id = @appId for no key update";

    private const string WantSql = "update followersync.leases set wanted_at = now() where app_id = @appId";

    // Of this process, whichever object gave them out. One that names the process and is not here is nobody's: it could not be given back, or its commit was never answered.
    private static readonly ConcurrentDictionary<(string AppId, long Fence), bool> Held = new();

    private readonly ConcurrentDictionary<string, (DateTimeOffset ExpiredAt, long SeenAt)> _expired = new(StringComparer.Ordinal);

    /// <summary>From here to its end a transaction goes on alone among those that ask for the same account: without the lease, which a whole run may have. To be asked first.</summary>
    public static Task TakeTurnsAsync(Transaction tx, string appId) => tx.ExecuteAsync(TurnSql, new { appId });

    /// <summary>Takes the lease for a run, or for work like one. Waits for the end of a run of arrivals, which makes room.</summary>
    /// <exception cref="RunActiveException">Another run holds the lease.</exception>
    public async Task<RunLease> AcquireAsync(string appId, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            (RunLease? lease, Holder? holder) = await TryAsync(appId, brief: false, _ => true, cancellationToken);
            if (lease is not null)
                return lease;
            if (holder is { Brief: false, Free: false } || time.GetElapsedTime(start) >= LongestWait)
                throw new RunActiveException(appId, holder?.ToString() ?? "an unknown process", FreeIn(holder));

            LogWaits(appId);
            await database.RunAsync(tx => tx.ExecuteAsync(WantSql, new { appId }), cancellationToken);
            await Task.Delay(LookAgain, time, cancellationToken);
        }
    }

    /// <summary>Takes the lease for some seconds, and never waits for it. Where the database's clock went forward, the lease of a run that lives is over until it renews it: it is taken
    /// only once it was seen to be over for half of its length.</summary>
    /// <returns>Null when another run has it or waits for it.</returns>
    public async Task<RunLease?> TryAcquireBrieflyAsync(string appId, CancellationToken cancellationToken) =>
        (await TryAsync(appId, brief: true, holder => IsSilent(appId, holder), cancellationToken)).Lease;

    /// <summary>Likewise, but also a lease that is over just now: for who closes once what others left.</summary>
    public async Task<RunLease?> TryInheritBrieflyAsync(string appId, CancellationToken cancellationToken) =>
        (await TryAsync(appId, brief: true, _ => true, cancellationToken)).Lease;

    private async Task<(RunLease? Lease, Holder? Holder)> TryAsync(string appId, bool brief, Func<Holder, bool> mayTake, CancellationToken cancellationToken)
    {
        Holder? holder = await FindHolderAsync(appId, cancellationToken);
        bool isDead = holder is not null && IsDead(appId, holder);
        if (!isDead && holder is { Free: true, Process.Length: > 0 } && !mayTake(holder))
            return (null, holder);

        Moment start = Moment.Now(time);
        LeaseFence next = new(appId, (holder?.Fence ?? 0) + Random.Shared.NextInt64(1, LongestStep));
        Held[(appId, next.Number)] = true;
        bool isTaken = false;
        try
        {
            isTaken = await database.RunAsync(tx => TakeAsync(tx, next, holder, isDead, brief), cancellationToken);
        }
        finally
        {
            if (!isTaken)
                Forget(next);
        }

        return isTaken ? (new RunLease(database, next, own, start, time, logger) { Ended = () => Forget(next) }, holder) : (null, await FindHolderAsync(appId, cancellationToken));
    }

    private async Task<bool> TakeAsync(Transaction tx, LeaseFence next, Holder? holder, bool isDead, bool brief)
    {
        long? given = await tx.ReadOrDefaultAsync<long?>(
            TakeSql,
            new
            {
                appId = next.AppId,
                node = own.Name,
                host = ProcessIdentity.Host,
                process = ProcessIdentity.Current,
                duration = own.Lease,
                deadFence = isDead ? holder!.Fence : 0,
                brief,
                fence = next.Number,
            });
        // Whoever gave it back names no process.
        if (given is not null && holder is { Process.Length: > 0 })
            await LeaseFence.EndAsync(tx, holder.Fence);
        return given is not null;
    }

    private static void Forget(LeaseFence fence) => Held.TryRemove((fence.AppId, fence.Number), out _);

    private Task<Holder?> FindHolderAsync(string appId, CancellationToken cancellationToken) => database.RunAsync(
        async tx =>
        {
            await tx.ExecuteAsync(ShortenSql, new { appId, duration = own.Lease });
            return await tx.ReadOrDefaultAsync<Holder>(HolderSql, new { appId });
        },
        cancellationToken);

    // Whether it is known, on this machine, to be nobody's any more.
    private static bool IsDead(string appId, Holder holder) => holder.Host == ProcessIdentity.Host
        && (holder.Process == ProcessIdentity.Current ? !Held.ContainsKey((appId, holder.Fence)) : !ProcessIdentity.IsAlive(holder.Process));

    // One that lives has renewed it by then, and it is over at another time.
    private bool IsSilent(string appId, Holder holder)
    {
        long now = time.GetTimestamp();
        (_, long seenAt) = _expired.AddOrUpdate(
            appId, (holder.ExpiresAt, now), (_, seen) => seen.ExpiredAt == holder.ExpiresAt ? seen : (holder.ExpiresAt, now));
        return time.GetElapsedTime(seenAt, now) >= own.Lease / 2;
    }

    // A holder that lives renews the lease three times before it ends.
    private TimeSpan? FreeIn(Holder? holder) => holder is { TimeLeft: var left } && left < own.Lease / 2 ? left > TimeSpan.Zero ? left : TimeSpan.Zero : null;

    private sealed record Holder
    {
        public long Fence { get; init; }

        public string Node { get; init; } = "";

        public string Host { get; init; } = "";

        public string Process { get; init; } = "";

        /// <summary>Whether it is a run of arrivals, which soon ends.</summary>
        public bool Brief { get; init; }

        /// <summary>Whether its time has run out.</summary>
        public bool Free { get; init; }

        public DateTimeOffset ExpiresAt { get; init; }

        public TimeSpan TimeLeft { get; init; }

        public override string ToString() => FormattableString.Invariant(
            $"node {Node}, process {Process.Split('@')[0]} on {Host.Split('/')[0]}, which keeps the account until {ExpiresAt:HH:mm:ss} UTC unless it renews that");
    }

    [LoggerMessage(2203, LogLevel.Debug, "Account {AppId} is waited for: a run of arrivals has it and makes room")]
    private partial void LogWaits(string appId);
}
