using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Nodes;
using FollowerSync.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.Leases;

/// <summary>A lease that the database gave and does not know of any more: a standby that lagged was promoted.</summary>
public sealed class ForgottenLeaseTests(TestDatabase tables) : IClassFixture<TestDatabase>
{
    private const string AppId = "wx00000000000000f1";

    [Fact]
    public async Task Its_holder_writes_nothing_says_why_and_is_tried_again()
    {
        await using RunLease lease = await LeasesOf(tables).AcquireAsync(AppId, default);
        await tables.ExecuteAsync("delete from followersync.leases");

        LeaseLostException error = await Should.ThrowAsync<LeaseLostException>(() => lease.RunAsync(tx => tx.ExecuteAsync("insert into wechat.accounts (app_id, name) values ('wx1', 'one')"), default));

        error.Message.ShouldContain("a standby that lagged was promoted");
        PassingFailure.Is(error).ShouldBeTrue();
        (await tables.ReadAsync<long>("select count(*) from wechat.accounts")).ShouldBe(0);
    }

    [Fact]
    public async Task Its_number_is_not_given_again()
    {
        await using RunLease old = await LeasesOf(tables).AcquireAsync(AppId, default);
        await tables.ExecuteAsync("delete from followersync.leases");

        await using RunLease next = await LeasesOf(tables).AcquireAsync(AppId, default);

        next.Fence.ShouldNotBe(old.Fence);
        await Should.ThrowAsync<LeaseLostException>(() => old.RunAsync(tx => tx.ExecuteAsync("select 1"), default));
    }

    private static RunLeases LeasesOf(TestDatabase tables) => new(tables.Open(new DatabaseOptions()), OwnNode.Of(new ClusterOptions()), TimeProvider.System, NullLogger<RunLeases>.Instance);
}
