using FollowerSync.Runs;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Scheduling;

public sealed class NightsTests
{
    private const string AppId = ScheduledWorker.First;

    // In Shanghai the clock shows 03:30, when the schedule fires by default.
    private static readonly DateTimeOffset Firing = new(2026, 11, 24, 19, 30, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Firing);
    private readonly ScheduleOptions _schedule = new();

    private Nights Nights => field ??= new Nights(Options.Create(_schedule), _time);

    [Fact]
    public void A_night_is_tried_again_after_pauses_that_double_up_to_an_hour()
    {
        double[] minutes = [.. Enumerable.Range(0, 8).Select(_ => Nights.RetryAfter(AppId, SyncTrigger.Schedule)!.Value.TotalMinutes)];

        minutes.ShouldBe([2, 4, 8, 16, 32, 60, 60, 60]);
    }

    [Fact]
    public void Every_night_begins_with_a_short_pause()
    {
        Nights.RetryAfter(AppId, SyncTrigger.Schedule);
        Nights.RetryAfter(AppId, SyncTrigger.Schedule);

        Nights.Begin(AppId);

        Nights.RetryAfter(AppId, SyncTrigger.Schedule).ShouldBe(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void The_schedule_needs_no_retry_beside_it()
    {
        _schedule.Cron = "0 * * * * ?";

        Nights.RetryAfter(AppId, SyncTrigger.Schedule).ShouldBeNull();
    }

    [Fact]
    public void What_a_person_starts_and_what_was_turned_off_is_not_tried_again()
    {
        Nights.RetryAfter(AppId, SyncTrigger.Manual).ShouldBeNull();
        _schedule.RetryPause = TimeSpan.Zero;
        Nights.RetryAfter(AppId, SyncTrigger.Schedule).ShouldBeNull();
    }

    [Theory]
    [InlineData((int)RunStatus.Succeeded, 20, false)]
    [InlineData((int)RunStatus.Succeeded, -24 * 60, true)]
    [InlineData((int)RunStatus.Failed, -24 * 60, true)]
    [InlineData((int)RunStatus.Failed, 20, false)]
    [InlineData((int)RunStatus.Held, -24 * 60, true)]
    [InlineData((int)RunStatus.Abandoned, 20, true)]
    public void A_worker_that_was_away_when_the_schedule_fired_makes_up_for_it(int status, int minutesAfterFiring, bool due)
    {
        _time.Advance(TimeSpan.FromMinutes(40));

        TimeSpan? pause = Nights.DueAtStart(Ended((RunStatus)status, minutesAfterFiring));

        pause.ShouldBe(due ? TimeSpan.Zero : null);
    }

    [Fact]
    public void Without_a_sync_at_the_start_only_a_failed_night_is_taken_up()
    {
        _schedule.RunAtStart = false;

        Nights.DueAtStart(last: null).ShouldBeNull();
        Nights.DueAtStart(Ended(RunStatus.Succeeded, -48 * 60)).ShouldBeNull();
        Nights.DueAtStart(Ended(RunStatus.Failed, -1) with { RetryAt = Firing.AddMinutes(3) }).ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(-5, 0)]
    [InlineData(60 * 24 * 365, 60)]
    public void A_failed_night_goes_on_over_a_restart_whatever_the_clocks_say(int retryInMinutes, int expected) =>
        Nights.DueAtStart(Ended(RunStatus.Partial, -3) with { RetryAt = Firing.AddMinutes(retryInMinutes) }).ShouldBe(TimeSpan.FromMinutes(expected));

    [Fact]
    public void The_pauses_go_on_growing_over_a_restart()
    {
        Nights.DueAtStart(Ended(RunStatus.Failed, -3) with { RetryAt = Firing.AddMinutes(5) });

        Nights.RetryAfter(AppId, SyncTrigger.Schedule).ShouldBe(TimeSpan.FromMinutes(16));
    }

    [Theory]
    [InlineData((int)RunStatus.Succeeded, 8, true)]
    [InlineData((int)RunStatus.Held, 8, true)]
    [InlineData((int)RunStatus.Failed, 8, false)]
    [InlineData((int)RunStatus.Cancelled, 8, false)]
    [InlineData((int)RunStatus.Succeeded, 7, false)]
    public void A_night_is_over_when_somebody_else_has_synced_since(int status, long runId, bool over)
    {
        Nights.Know(AppId, 7);

        Nights.IsOver(AppId, Ended((RunStatus)status, 0) with { RunId = runId }).ShouldBe(over);
    }

    private static SyncRun Ended(RunStatus status, int minutes) =>
        ScheduledWorker.Run(AppId, status) with { StartedAt = Firing.AddMinutes(minutes - 1), FinishedAt = Firing.AddMinutes(minutes) };
}
