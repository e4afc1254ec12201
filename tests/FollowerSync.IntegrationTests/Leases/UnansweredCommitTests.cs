using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Nodes;
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
        await using CommitRelay relay = new(tables.ConnectionString);
        await using NpgsqlDataSource source = FollowerDataSource.Build(relay.ConnectionString, new DatabaseOptions());
        RunLeases leases = LeasesOf(source);
        relay.LoseCommitOf("insert into followersync.leases");

        await using RunLease first = await leases.AcquireAsync(AppId, default);

        relay.Waits.ShouldBeFalse();
        (await tables.ReadAsync<long>($"select fence from followersync.leases where app_id = '{AppId}'")).ShouldBe(first.Fence);
        await Should.ThrowAsync<RunActiveException>(() => leases.AcquireAsync(AppId, default));
    }

    private static FollowerDatabase DatabaseOf(NpgsqlDataSource source) => new(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);

    private static RunLeases LeasesOf(NpgsqlDataSource source) => new(DatabaseOf(source), OwnNode.Of(new ClusterOptions()), TimeProvider.System, NullLogger<RunLeases>.Instance);
}
