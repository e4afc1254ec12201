using FollowerSync.Runs;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.Tests.Scheduling;

public sealed class NightsTests
{
    private const string AppId = ScheduledWorker.First;

    // In Shanghai the clock shows 03:30, when the schedule fires by default.
    private static readonly DateTimeOffset Fired = new(2026, 11, 24, 19, 30, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Fired);
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

    [Fact]
    public void Whom_somebody_else_runs_is_looked_at_again_whatever_the_settings_say_of_failures()
    {
        _schedule.RetryPause = TimeSpan.Zero;

        Nights.LookAgainAfter(SyncTrigger.Schedule).ShouldBe(TimeSpan.FromMinutes(1));
        Nights.LookAgainAfter(SyncTrigger.Manual).ShouldBeNull();
        _schedule.Cron = "0/30 * * * * ?";
        Nights.LookAgainAfter(SyncTrigger.Schedule).ShouldBeNull("the schedule looks sooner");
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
        Nights.DueAtStart(Ended(RunStatus.Failed, -1) with { RetryAt = Fired.AddMinutes(3) }).ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(-5, 0)]
    [InlineData(60 * 24 * 365, 60)]
    public void A_failed_night_goes_on_over_a_restart_whatever_the_clocks_say(int retryInMinutes, int expected) =>
        Nights.DueAtStart(Ended(RunStatus.Partial, -3) with { RetryAt = Fired.AddMinutes(retryInMinutes) }).ShouldBe(TimeSpan.FromMinutes(expected));

    [Fact]
    public void The_pauses_go_on_growing_over_a_restart()
    {
        Nights.DueAtStart(Ended(RunStatus.Failed, -3) with { RetryAt = Fired.AddMinutes(5) });

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

    [Theory]
    [InlineData((int)RunStatus.Succeeded, 1, true)]
    [InlineData((int)RunStatus.Succeeded, -24 * 60, false)]
    [InlineData((int)RunStatus.Partial, 1, true)]
    [InlineData((int)RunStatus.Running, 1, false)]
    [InlineData((int)RunStatus.Abandoned, 1, false)]
    [InlineData((int)RunStatus.Cancelled, 1, false)]
    public void What_a_dead_node_began_is_gone_on_with_unless_it_had_come_to_its_end(int status, int minutes, bool needless)
    {
        Firing taken = new(FiringKind.Schedule, SyncTrigger.Schedule) { IsTakenOver = true, DueAt = Fired };

        Nights.IsNeedless(taken, AppId, Ended((RunStatus)status, minutes)).ShouldBe(needless);
    }

    [Fact]
    public void What_a_dead_node_had_to_try_again_is_tried_again()
    {
        Firing taken = new(FiringKind.Schedule, SyncTrigger.Schedule) { IsTakenOver = true, DueAt = Fired };

        Nights.IsNeedless(taken, AppId, Ended(RunStatus.Failed, 1) with { RetryAt = Fired.AddMinutes(3) }).ShouldBeFalse();
    }

    [Theory]
    [InlineData(8, 1, true)]
    [InlineData(7, 1, true)]
    [InlineData(7, -1, false)]
    [InlineData(8, -60, false)]
    [InlineData(8, 24 * 60, false)]
    public void A_worker_that_wakes_after_the_schedule_fired_leaves_alone_what_was_done_since(long runId, int minutes, bool needless)
    {
        _time.Advance(TimeSpan.FromMinutes(20));
        Nights.Know(AppId, 7);

        Nights.IsNeedless(new Firing(FiringKind.Schedule, SyncTrigger.Schedule) { DueAt = Fired }, AppId, Ended(RunStatus.Succeeded, minutes) with { RunId = runId, StartedAt = Fired.AddMinutes(minutes) })
            .ShouldBe(needless);
    }

    [Fact]
    public void A_start_that_another_node_has_made_up_for_is_needless()
    {
        Firing start = new(FiringKind.Start, SyncTrigger.Start);

        Nights.IsNeedless(start, AppId, last: null).ShouldBeFalse();
        Nights.IsNeedless(start, AppId, Ended(RunStatus.Abandoned, -1)).ShouldBeFalse();
        Nights.IsNeedless(start, AppId, Ended(RunStatus.Succeeded, 1)).ShouldBeTrue();
    }

    [Fact]
    public void The_pauses_go_on_growing_on_another_node()
    {
        Nights.Continue(AppId, TimeSpan.FromMinutes(8), knownRun: 7);

        Nights.RetryAfter(AppId, SyncTrigger.Schedule).ShouldBe(TimeSpan.FromMinutes(16));
        Nights.Known(AppId).ShouldBe(7);
    }

    private static SyncRun Ended(RunStatus status, int minutes) =>
        ScheduledWorker.Run(AppId, status) with { StartedAt = Fired.AddMinutes(minutes - 1), FinishedAt = Fired.AddMinutes(minutes) };
}
