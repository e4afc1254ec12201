using FollowerSync.Database;
using FollowerSync.Followers.Encoding;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Leases;

/// <summary>A process stands still in the middle of a copy: its session is busy reading from it, so that the server never calls it idle.</summary>
public sealed class OvertakenSessionTests(TestDatabase tables) : IClassFixture<TestDatabase>
{
    private const string AppId = "wx00000000000000e1";

    [Fact]
    public async Task Who_takes_its_lease_over_does_not_wait_for_what_it_holds()
    {
        RunLeases leases = new(
            tables.Open(new DatabaseOptions { LockTimeout = TimeSpan.FromSeconds(2), Retries = 1 }), OwnNode.Of(new ClusterOptions()), TimeProvider.System, NullLogger<RunLeases>.Instance);
        await using RunLease first = await leases.AcquireAsync(AppId, default);
        TaskCompletionSource copying = new(), awake = new();
        Task paused = first.RunAsync(
            async tx =>
            {
                await using BinaryCopy copy = await BinaryCopy.BeginAsync(tx, "copy followersync.tag_openids (app_id, tag_id, openid) from stdin (format binary)");
                copying.TrySetResult();
                await awake.Task;
                await copy.CompleteAsync();
            },
            default);
        await copying.Task;
        await tables.ExecuteAsync($"update followersync.leases set expires_at = now() where app_id = '{AppId}'");

        await using RunLease second = await leases.AcquireAsync(AppId, default);

        await second.RunAsync(tx => tx.ExecuteAsync("lock table followersync.tag_openids in access exclusive mode"), default);
        awake.SetResult();
        await Should.ThrowAsync<LeaseLostException>(() => paused);
    }

    [Fact]
    public async Task Whoever_holds_the_lock_that_marks_its_sessions_makes_nobody_wait()
    {
        RunLeases leases = new(
            tables.Open(new DatabaseOptions { LockTimeout = TimeSpan.FromSeconds(2), Retries = 1 }), OwnNode.Of(new ClusterOptions()), TimeProvider.System, NullLogger<RunLeases>.Instance);
        await using RunLease lease = await leases.AcquireAsync("wx00000000000000e2", default);
        await using NpgsqlConnection analyst = await tables.DataSource.OpenConnectionAsync();
        await using NpgsqlCommand hold = new($"select pg_advisory_lock({lease.Fence})", analyst);
        await hold.ExecuteNonQueryAsync();

        (await lease.RunAsync(tx => tx.ReadAsync<int>("select 7"), default)).ShouldBe(7);
    }
}
