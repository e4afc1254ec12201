using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Logging;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Leases;

/// <summary>The connection breaks when the server has committed and before it says so: the transaction is repeated, and finds its own work.</summary>
public sealed class UnansweredCommitTests(TestDatabase tables) : IClassFixture<TestDatabase>
{
    private const string AppId = "wx00000000000000c1";

    [Fact]
    public async Task A_run_is_not_shut_out_by_the_lease_it_took_itself()
    {
        await using DatabaseRelay relay = new(tables.ConnectionString);
        await using NpgsqlDataSource source = FollowerDataSource.Build(relay.ConnectionString, new DatabaseOptions());
        RunLeases leases = LeasesOf(source);
        relay.LoseCommitOf("insert into followersync.leases");

        await using RunLease first = await leases.AcquireAsync(AppId, default);

        relay.Waits.ShouldBeFalse();
        (await tables.ReadAsync<long>($"select fence from followersync.leases where app_id = '{AppId}'")).ShouldBe(first.Fence);
        await Should.ThrowAsync<RunActiveException>(() => leases.AcquireAsync(AppId, default));
    }

    [Fact]
    public async Task A_run_whose_end_is_closed_already_is_tried_again_all_the_same()
    {
        await using DatabaseRelay relay = new(tables.ConnectionString);
        await using NpgsqlDataSource source = FollowerDataSource.Build(relay.ConnectionString, new DatabaseOptions());
        await using RunLease lease = await LeasesOf(source).AcquireAsync("wx00000000000000c2", default);
        SyncRun run = await SyncRunStore.StartAsync(lease, "brand", SyncTrigger.Schedule, default);
        relay.LoseCommitOf("returning finished_at, retry_at");

        SyncRun closed = await new SyncRunStore(DatabaseOf(source), new SecretMask()).CloseAsync(
            lease, run with { Status = RunStatus.Failed, Error = Sentence.Foreign("away"), RetryIn = TimeSpan.FromMinutes(2), SettingsAtFault = true }, default);

        relay.Waits.ShouldBeFalse();
        (closed.Status, closed.RetryIn, closed.SettingsAtFault).ShouldBe((RunStatus.Failed, TimeSpan.FromMinutes(2), true));
        closed.RetryAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_run_that_is_closed_as_succeeded_and_seems_to_have_failed_is_not_tried_again()
    {
        await using RunLease lease = await LeasesOf(tables.DataSource).AcquireAsync("wx00000000000000c3", default);
        SyncRun run = await SyncRunStore.StartAsync(lease, "brand", SyncTrigger.Schedule, default);
        SyncRunStore runs = new(tables.Open(), new SecretMask());
        await runs.CloseAsync(lease, run with { Status = RunStatus.Succeeded }, default);

        SyncRun closed = await runs.CloseAsync(lease, run with { Status = RunStatus.Partial, Error = Sentence.Foreign("away"), RetryIn = TimeSpan.FromMinutes(2) }, default);

        (closed.Status, closed.RetryIn).ShouldBe((RunStatus.Succeeded, null));
    }

    private static FollowerDatabase DatabaseOf(NpgsqlDataSource source) => new(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);

    private static RunLeases LeasesOf(NpgsqlDataSource source) => new(DatabaseOf(source), OwnNode.Of(new ClusterOptions()), TimeProvider.System, NullLogger<RunLeases>.Instance);
}
