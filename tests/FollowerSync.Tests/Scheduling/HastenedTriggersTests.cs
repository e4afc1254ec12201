using FollowerSync.Accounts;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace FollowerSync.Tests.Scheduling;

public sealed class HastenedTriggersTests
{
    private static readonly DateTimeOffset InAnHour = TimeProvider.System.GetUtcNow().AddHours(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(10);

    [Fact]
    public async Task What_a_clock_that_was_ahead_has_put_off_is_begun_anew_once_the_clock_of_no_node_is_ahead()
    {
        await using ScheduledWorker worker = new(FormattableString.Invariant($"0 {InAnHour.Minute} {InAnHour.Hour} * * ?"), runAtStart: false, timeZone: "UTC");
        await worker.StartAsync();
        await worker.RunningAsync();
        IScheduler scheduler = await worker.Services.GetRequiredService<ISchedulerFactory>().GetScheduler();
        ScheduledJobs jobs = worker.Services.GetRequiredService<ScheduledJobs>();
        DateTimeOffset? right = await NextAsync(scheduler, ScheduledWorker.First);
        await PutOffAsync(scheduler, ScheduledWorker.First);
        await PutOffAsync(scheduler, ScheduledWorker.Second, description: "of a node with another schedule");
        await worker.Services.GetRequiredService<SyncFirings>().LaterAsync(new AccountOptions { AppId = ScheduledWorker.First }, SyncTrigger.Manual, new NextTry(Ahead, KnownRun: 0), default);

        await jobs.HastenAsync([right + Ahead + Ahead, null], default);
        (await NextAsync(scheduler, ScheduledWorker.First)).ShouldBe(right + Ahead, "a node that is ahead would fire at once, and again and again");
        await jobs.HastenAsync([right, null], default);

        (await NextAsync(scheduler, ScheduledWorker.First)).ShouldBe(right);
        (await NextAsync(scheduler, ScheduledWorker.Second)).ShouldBe(right + Ahead);
        (await worker.NextSyncAsync()).ShouldBe((ScheduledWorker.First, SyncTrigger.Manual));
    }

    private static async Task PutOffAsync(IScheduler scheduler, string appId, string? description = null)
    {
        ITrigger trigger = (await scheduler.GetTrigger(AccountJobs.ScheduleKey(appId)))!;
        await scheduler.RescheduleJob(
            trigger.Key, trigger.GetTriggerBuilder().WithDescription(description ?? trigger.Description).StartAt(TimeProvider.System.GetUtcNow() + Ahead).Build());
    }

    private static async Task<DateTimeOffset?> NextAsync(IScheduler scheduler, string appId) => (await scheduler.GetTrigger(AccountJobs.ScheduleKey(appId)))!.NextFireTimeUtc;
}
