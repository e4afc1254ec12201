using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>Workers that do not share their schedule find each other out, whenever they meet.</summary>
public sealed class NodeHeartbeatTests(TestDatabase tables) : IClassFixture<TestDatabase>
{
    private static readonly OwnNode Own = OwnNode.Of(new ClusterOptions());

    private readonly RememberedLog<NodeHeartbeat> _log = new();

    [Fact]
    public async Task A_worker_can_be_seen_before_it_looks_for_others()
    {
        await tables.ExecuteAsync("delete from followersync.nodes");
        await using NpgsqlConnection holder = await tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await holder.BeginTransactionAsync();
        // The look at the nodes reads the leases too.
        await using NpgsqlCommand hold = new("lock table followersync.leases in access exclusive mode", holder, transaction);
        await hold.ExecuteNonQueryAsync();

        Task<IReadOnlyList<NodeState>> looking = new NodeStore(tables.Open()).BeginAsync(Own, NewBeat(), default);
        while (!await tables.ReadAsync<bool>(
            """
            select exists (select from pg_locks l join pg_database d on d.oid = l.database
                           where d.datname = current_database() and l.relation = 'followersync.leases'::regclass and not l.granted)
            """))
            looking.IsCompleted.ShouldBeFalse();

        (await tables.ReadAsync<bool>($"select exists (select from followersync.nodes where process = '{ProcessIdentity.Current}')")).ShouldBeTrue();
        await transaction.RollbackAsync();
        (await looking).ShouldContain(node => node.IsOwn);
    }

    [Fact]
    public async Task A_worker_that_cannot_find_out_who_else_lives_does_not_start()
    {
        DatabaseOptions once = new() { Retries = 0 };
        await using NpgsqlDataSource nowhere = FollowerDataSource.Build("Host=127.0.0.1;Port=1;Username=nobody", once);
        using NodeHeartbeat heartbeat = NewHeartbeat(new FollowerDatabase(nowhere, once, TimeProvider.System, NullLogger<FollowerDatabase>.Instance));

        await Should.ThrowAsync<DatabaseUnavailableException>(() => heartbeat.StartAsync(default));
    }

    [Fact]
    public async Task A_worker_with_another_schedule_that_is_met_later_is_told_in_the_log()
    {
        using NodeHeartbeat heartbeat = NewHeartbeat(tables.Open());
        await heartbeat.StartAsync(default);

        await tables.ExecuteAsync(
            """
            insert into followersync.nodes (host, process, node, cluster, version, fingerprint, started_at, last_seen, silence)
            values ('elsewhere', 'p', 'stranger', 'another', '1', '', now(), now(), '90 s')
            """);

        (await _log.LineAsync("every sync would start twice")).ShouldContain("node stranger on elsewhere");
        await heartbeat.StopAsync(default);
    }

    private static NodeBeat NewBeat() => new("1", "", Silence: TimeSpan.FromMilliseconds(300), NextRunAt: null, Stops: false);

    private NodeHeartbeat NewHeartbeat(FollowerDatabase database) => new(new NodeStore(database), Own, NewBeat, TimeProvider.System, _log);
}
