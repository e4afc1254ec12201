using System.Globalization;
using FollowerSync.Runs;
using FollowerSync.Scheduling;

namespace FollowerSync.Tests.Scheduling;

public sealed class SpreadTests
{
    private static readonly DateTimeOffset Fired = new(2026, 11, 24, 19, 30, 0, TimeSpan.Zero);

    private static readonly string[] AppIds = [.. Enumerable.Range(0, 1_000).Select(number => string.Create(CultureInfo.InvariantCulture, $"wx{number:x16}"))];

    [Fact]
    public void Without_a_spread_all_begin_at_once() => SharesOf(new ScheduleOptions()).ShouldAllBe(share => share == TimeSpan.Zero);

    [Fact]
    public void Accounts_are_spread_evenly_and_each_has_always_the_same_place()
    {
        ScheduleOptions schedule = new() { Spread = TimeSpan.FromMinutes(30) };

        TimeSpan[] shares = SharesOf(schedule);

        shares.ShouldAllBe(share => share >= TimeSpan.Zero && share < schedule.Spread);
        int[] perMinute = [.. shares.GroupBy(share => share.Minutes).Select(minute => minute.Count())];
        perMinute.Length.ShouldBe(30);
        perMinute.Max().ShouldBeLessThan(70);
        SharesOf(schedule).ShouldBe(shares);
    }

    [Fact]
    public void A_schedule_that_fires_more_often_than_the_spread_lasts_is_kept_up_with()
    {
        ScheduleOptions schedule = new() { Cron = "0 * * * * ?", Spread = TimeSpan.FromHours(1) };

        SharesOf(schedule).Max().ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Each_account_runs_once_at_its_place()
    {
        DateTimeOffset soon = TimeProvider.System.GetUtcNow().AddSeconds(4), due = soon.AddTicks(-(soon.Ticks % TimeSpan.TicksPerSecond));
        ScheduleOptions schedule = new() { Cron = FormattableString.Invariant($"{due.Second} {due.Minute} {due.Hour} * * ?"), TimeZone = "UTC", Spread = TimeSpan.FromSeconds(3) };
        await using ScheduledWorker worker = new(schedule.Cron, runAtStart: false, timeZone: schedule.TimeZone, spread: "00:00:03");
        TimeSpan place = Spread.Of(ScheduledWorker.First, due, schedule);
        (place, Spread.Of(ScheduledWorker.Second, due, schedule)).ShouldBe((TimeSpan.FromSeconds(1), TimeSpan.Zero), "one is put off, the other is not");

        await worker.StartAsync();

        (await worker.NextSyncAsync()).ShouldBe((ScheduledWorker.Second, SyncTrigger.Schedule));
        (await worker.NextSyncAsync()).ShouldBe((ScheduledWorker.First, SyncTrigger.Schedule));
        TimeProvider.System.GetUtcNow().ShouldBeGreaterThanOrEqualTo(due + place);
    }

    private static TimeSpan[] SharesOf(ScheduleOptions schedule) => [.. AppIds.Select(appId => Spread.Of(appId, Fired, schedule))];
}
