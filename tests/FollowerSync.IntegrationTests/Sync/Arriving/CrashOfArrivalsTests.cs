using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>People and their arrivals are stored together or not at all.</summary>
public sealed class CrashOfArrivalsTests
{
    [Fact]
    public async Task A_merge_that_is_lost_leaves_its_people_waiting_and_the_next_run_repeats_it()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 2_500 }, databaseOptions: new DatabaseOptions { Retries = 0 });
        await account.ArriveAsync(account.Everybody());
        await account.Tables.FailMergesAsync(from: 3, count: 1_000, "perform pg_terminate_backend(pg_backend_pid())");

        SyncRun broken = (await account.DrainAsync()).ShouldNotBeNull();

        broken.Status.ShouldBe(RunStatus.Partial);
        long stored = await account.Tables.ReadAsync<long>("select count(*) from wechat.followers");
        (await account.CountAsync("done")).ShouldBe(stored);
        (await account.CountAsync("waiting")).ShouldBe(2_500 - stored);
        await account.Tables.EndMergeFaultsAsync();
        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);
        (await account.CountAsync("done")).ShouldBe(2_500);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(2_500);
        await account.SyncAsync();
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task What_is_done_already_goes_along_with_what_waits()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 10 });
        string openId = account.NewFollowers(1)[0];
        account.Truth.Unfollow(openId);
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Subscribe, at: TimeProvider.System.GetUtcNow().AddMinutes(-2)));
        await account.DrainAsync();
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Unsubscribe), account.Arrival(openId, "view", trusted: false));

        List<WaitingArrival> taken = await account.Database.RunAsync(tx => ArrivalInbox.TakeAsync(tx, account.Account.AppId, [openId]), default);

        taken.Select(a => (a.Kind, a.IsWaiting)).ShouldBe([(ArrivalKinds.Subscribe, false), (ArrivalKinds.Unsubscribe, true), ("view", true)]);
    }

    [Fact]
    public async Task What_it_has_read_is_bounded_however_many_wait()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 30_000 });
        await account.ArriveAsync(account.Everybody());
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        using Timer watch = new(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Added.ShouldBeGreaterThan(10_000);
        (most - before).ShouldBeLessThan(60_000_000);
    }
}
