using FollowerSync.Database;
using FollowerSync.Leases;

namespace FollowerSync.Status;

/// <summary>Writes and reads <c>followersync.workers</c>: which workers live. All times are the database's.</summary>
internal sealed class WorkerStore(FollowerDatabase database)
{
    private const string BeatSql =
        """
        insert into followersync.workers as w (host, process, version, started_at, seen_at, next_run_at, stopped_at)
        values (@host, @process, @version, now(), now(), @nextRunAt, case when @stops then now() end)
        on conflict (host, process) do update set seen_at = now(), next_run_at = excluded.next_run_at, stopped_at = excluded.stopped_at;
        delete from followersync.workers where seen_at < now() - interval '7 days';
        """;

    // Three times as long as the silence between two beats.
    private const string ReadSql =
        """
        select split_part(host, '/', 1) as host, version, started_at, seen_at, greatest(0, extract(epoch from now() - seen_at))::bigint as silent_seconds, next_run_at, stopped_at,
               stopped_at is null and seen_at > now() - interval '90 seconds' as alive
        from followersync.workers
        order by alive desc, seen_at desc
        limit 20
        """;

    /// <summary>Notes that this process lives.</summary>
    /// <param name="version">Version of the program.</param>
    /// <param name="nextRunAt">When its schedule starts the next run.</param>
    /// <param name="stops">Whether it is about to end.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task BeatAsync(string version, DateTimeOffset? nextRunAt, bool stops, CancellationToken cancellationToken) => database.RunOnceAsync(
        tx => tx.ExecuteAsync(BeatSql, new { host = ProcessIdentity.Host, process = ProcessIdentity.Current, version, nextRunAt, stops }), cancellationToken);

    /// <summary>The workers of the last week, living ones first.</summary>
    public Task<IReadOnlyList<WorkerState>> ReadAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<WorkerState>>(
        async tx => [.. (await tx.ReadAllAsync<Row>(ReadSql)).Select(row => row.State)], cancellationToken);

    private sealed record Row
    {
        public string Host { get; init; } = "";

        public string Version { get; init; } = "";

        public DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset SeenAt { get; init; }

        public long SilentSeconds { get; init; }

        public DateTimeOffset? NextRunAt { get; init; }

        public DateTimeOffset? StoppedAt { get; init; }

        public bool Alive { get; init; }

        public WorkerState State => new(Host, Version, StartedAt, SeenAt, SilentSeconds, NextRunAt, StoppedAt, Alive);
    }
}
