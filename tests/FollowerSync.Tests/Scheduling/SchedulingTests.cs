using FollowerSync.Runs;
using FollowerSync.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace FollowerSync.Tests.Scheduling;

public sealed class SchedulingTests
{
    [Fact]
    public async Task Accounts_never_synced_are_synced_when_the_worker_starts()
    {
        await using ScheduledWorker worker = new();

        await worker.StartAsync();

        (string AppId, SyncTrigger Trigger)[] syncs = [await worker.NextSyncAsync(), await worker.NextSyncAsync()];
        syncs.ShouldBe([(ScheduledWorker.First, SyncTrigger.Start), (ScheduledWorker.Second, SyncTrigger.Start)], ignoreOrder: true);
    }

    [Theory]
    [InlineData((int)RunStatus.Running, true)]
    [InlineData((int)RunStatus.Abandoned, true)]
    [InlineData((int)RunStatus.Cancelled, true)]
    [InlineData((int)RunStatus.Succeeded, false)]
    [InlineData((int)RunStatus.Failed, false)]
    [InlineData((int)RunStatus.Held, false)]
    public async Task At_start_only_runs_broken_off_are_taken_up(int status, bool taken)
    {
        await using ScheduledWorker worker = new();
        worker.LastRuns[ScheduledWorker.First] = ScheduledWorker.Run(ScheduledWorker.First, (RunStatus)status);

        await worker.StartAsync();

        // The accounts are looked at in order, so the second one's sync tells that the first one's was decided.
        List<string> synced = [(await worker.NextSyncAsync()).AppId];
        if (taken)
            synced.Add((await worker.NextSyncAsync()).AppId);
        synced.Contains(ScheduledWorker.First).ShouldBe(taken);
        worker.Recovered.ShouldContain(ScheduledWorker.First);
    }

    [Fact]
    public async Task A_paused_account_is_synced_by_hand_alone()
    {
        await using ScheduledWorker worker = new(cron: "0/1 * * * * ?");
        worker.Paused[ScheduledWorker.First] = DateTimeOffset.UnixEpoch;

        await worker.StartAsync();

        for (int firing = 0; firing < 3; firing++)
            (await worker.NextSyncAsync()).AppId.ShouldBe(ScheduledWorker.Second);
        await worker.SyncByHandAsync(ScheduledWorker.First);
        (string AppId, SyncTrigger Trigger) next = await worker.NextSyncAsync();
        while (next.AppId != ScheduledWorker.First)
            next = await worker.NextSyncAsync();
        next.Trigger.ShouldBe(SyncTrigger.Manual);
        worker.Paused.Clear();
        while ((await worker.NextSyncAsync()) != (ScheduledWorker.First, SyncTrigger.Schedule))
            worker.Paused.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopping_the_host_cancels_a_running_sync_and_waits_for_its_end()
    {
        await using ScheduledWorker worker = new();
        bool closed = false;
        worker.Sync = async (_, cancellationToken) =>
        {
            TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
            await Task.Yield();
            closed = true;
            return RunStatus.Cancelled;
        };
        await worker.StartAsync();
        await worker.NextSyncAsync();

        await worker.StopAsync();

        closed.ShouldBeTrue();
    }

    [Fact]
    public async Task Tokens_are_looked_after_while_a_sync_runs()
    {
        await using ScheduledWorker worker = new();
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Sync = async (_, cancellationToken) =>
        {
            await end.Task.WaitAsync(cancellationToken);
            return RunStatus.Succeeded;
        };
        await worker.StartAsync();
        await worker.NextSyncAsync();
        await worker.NextSyncAsync();

        HashSet<string> refreshed = [await worker.NextRefreshAsync(), await worker.NextRefreshAsync()];

        refreshed.ShouldBe([ScheduledWorker.First, ScheduledWorker.Second], ignoreOrder: true);
        end.SetResult();
    }

    [Fact]
    public async Task Only_a_node_that_starts_changes_a_schedule_that_stands_already()
    {
        const string OfAnother = "the cron of another node";
        await using ScheduledWorker worker = new(runAtStart: false);
        await worker.StartAsync();
        IScheduler scheduler = await worker.Services.GetRequiredService<ISchedulerFactory>().GetScheduler();
        ScheduledJobs jobs = worker.Services.GetRequiredService<ScheduledJobs>();
        (TriggerKey missing, TriggerKey other) = (AccountJobs.ScheduleKey(ScheduledWorker.First), AccountJobs.ScheduleKey(ScheduledWorker.Second));
        await scheduler.UnscheduleJob(missing);
        await scheduler.RescheduleJob(other, (await scheduler.GetTrigger(other))!.GetTriggerBuilder().WithDescription(OfAnother).Build());

        await jobs.CompleteAsync(default);

        (await scheduler.GetTrigger(missing)).ShouldNotBeNull();
        (await scheduler.GetTrigger(other))!.Description.ShouldBe(OfAnother);
        await jobs.StartAsync(default);
        (await scheduler.GetTrigger(other))!.Description.ShouldNotBe(OfAnother);
    }
}
