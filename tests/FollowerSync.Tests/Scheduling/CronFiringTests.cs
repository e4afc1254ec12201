using FollowerSync.Leases;
using FollowerSync.Runs;

namespace FollowerSync.Tests.Scheduling;

public sealed class CronFiringTests
{
    [Fact]
    public async Task Every_account_is_fired_again_whatever_became_of_the_last_run_and_of_the_other_account()
    {
        await using ScheduledWorker worker = new("* * * * * ?", runAtStart: false);
        worker.Sync = (appId, _) => appId == ScheduledWorker.First
            ? throw new InvalidOperationException("broken")
            : throw new RunActiveException(appId, "another process");

        await worker.StartAsync();

        List<(string AppId, SyncTrigger Trigger)> syncs = [];
        while (syncs.Count(sync => sync.AppId == ScheduledWorker.First) < 2 || syncs.Count(sync => sync.AppId == ScheduledWorker.Second) < 2)
            syncs.Add(await worker.NextSyncAsync());
        syncs.ShouldAllBe(sync => sync.Trigger == SyncTrigger.Schedule);
    }
}
