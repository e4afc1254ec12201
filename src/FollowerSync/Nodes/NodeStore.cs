using FollowerSync.Database;

namespace FollowerSync.Nodes;

/// <summary>Writes and reads <c>followersync.nodes</c>: which workers live. All times are the database's.</summary>
internal sealed class NodeStore(FollowerDatabase database)
{
    private const string BeatSql =
        """
        insert into followersync.nodes as n (host, process, node, cluster, version, fingerprint, started_at, last_seen, silence, next_run_at, stopped_at)
        values (@host, @process, @node, @cluster, @version, @fingerprint, now(), now(), @silence, @nextRunAt, case when @stops then now() end)
        on conflict (host, process) do update set last_seen = now(), next_run_at = excluded.next_run_at, stopped_at = excluded.stopped_at
        """;

    private const string DeleteOldSql = "delete from followersync.nodes where last_seen < now() - interval '7 days'";

    private const string SeenFromSql =
        "update followersync.nodes set egress_address = @address where host = @host and egress_address is distinct from @address";

    private const string ReadSql =
        $"""
        select n.node, n.cluster, n.host as host_identity, n.process, n.version, n.fingerprint, n.egress_address, n.started_at, n.last_seen,
               greatest(0, extract(epoch from now() - n.last_seen))::bigint as silent_seconds, n.next_run_at, n.stopped_at,
               n.stopped_at is null and n.last_seen > now() - n.silence and n.last_seen <= {DatabaseClock.Latest} as alive,
               array(select l.app_id from followersync.leases l where l.host = n.host and l.process = n.process and l.expires_at > now() order by 1) as runs
        from followersync.nodes n
        order by alive desc, n.last_seen desc
        limit 100
        """;

    /// <summary>Notes that this process lives from now on, however often that has to be tried.</summary>
    /// <param name="node">This process.</param>
    /// <param name="beat">What to note.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>All nodes, those that died or stopped within the last week too; living ones first. Read after this one can be read: of two that begin at once, at least one
    /// sees the other.</returns>
    public async Task<IReadOnlyList<NodeState>> BeginAsync(OwnNode node, NodeBeat beat, CancellationToken cancellationToken)
    {
        await database.RunAsync(tx => WriteAsync(tx, node, beat), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>Notes that this process lives, or stops.</summary>
    /// <param name="node">This process.</param>
    /// <param name="beat">What to note.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>As <see cref="BeginAsync"/>, read along with it: whoever is missed is seen the next time.</returns>
    public Task<IReadOnlyList<NodeState>> BeatAsync(OwnNode node, NodeBeat beat, CancellationToken cancellationToken) => database.RunShortlyAsync(
        async tx =>
        {
            await WriteAsync(tx, node, beat);
            return await ReadAsync(tx);
        },
        cancellationToken);

    /// <summary>Notes the address that WeChat sees this machine call from.</summary>
    public static Task SeenFromAsync(Transaction tx, string address) => tx.ExecuteAsync(SeenFromSql, new { address, host = ProcessIdentity.Host });

    /// <summary>The workers of the last week, living ones first.</summary>
    public Task<IReadOnlyList<NodeState>> ReadAsync(CancellationToken cancellationToken) => database.RunAsync(ReadAsync, cancellationToken);

    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    public static async Task<IReadOnlyList<NodeState>> ReadAsync(Transaction tx) => [.. (await tx.ReadAllAsync<Row>(ReadSql)).Select(row => row.State)];

    private static async Task<int> WriteAsync(Transaction tx, OwnNode node, NodeBeat beat)
    {
        int written = await tx.ExecuteAsync(BeatSql, new
        {
            host = ProcessIdentity.Host,
            process = ProcessIdentity.Current,
            node = node.Name,
            cluster = node.Cluster,
            beat.Version,
            beat.Fingerprint,
            beat.Silence,
            beat.NextRunAt,
            beat.Stops,
        });
        if (beat.Stops)
            await tx.ExecuteAsync(DeleteOldSql);
        return written;
    }

    private sealed record Row
    {
        public string Node { get; init; } = "";

        public string? Cluster { get; init; }

        public string HostIdentity { get; init; } = "";

        public string Process { get; init; } = "";

        public string Version { get; init; } = "";

        public string Fingerprint { get; init; } = "";

        public string? EgressAddress { get; init; }

        public DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset LastSeen { get; init; }

        public long SilentSeconds { get; init; }

        public DateTimeOffset? NextRunAt { get; init; }

        public DateTimeOffset? StoppedAt { get; init; }

        public bool Alive { get; init; }

        public string[] Runs { get; init; } = [];

        public NodeState State => new(
            Node, Cluster, HostIdentity.Split('/')[0], Version, Fingerprint, EgressAddress, StartedAt, LastSeen, SilentSeconds, NextRunAt, StoppedAt, Alive, Runs)
        {
            HostIdentity = HostIdentity,
            Process = Process,
        };
    }
}
