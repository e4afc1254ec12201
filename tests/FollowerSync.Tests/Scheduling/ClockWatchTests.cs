namespace FollowerSync.Tests.Scheduling;

public sealed class ClockWatchTests
{
    [Theory]
    [InlineData("*/2 * * * * ?")]
    [InlineData("0 * * * * ?")]
    public async Task A_clock_set_back_does_not_stop_the_schedule(string cron)
    {
        SetClock clock = new();
        await using ScheduledWorker worker = new(cron, runAtStart: false, clock);
        await worker.StartAsync();
        await worker.NextRefreshAsync();
        await worker.NextRefreshAsync();

        // To four seconds before a full minute, so that nobody has to wait for the firing.
        TimeSpan intoTheMinute = TimeSpan.FromTicks(clock.GetUtcNow().Ticks % TimeSpan.TicksPerMinute);
        clock.Set(TimeSpan.FromHours(-3) - intoTheMinute + TimeSpan.FromSeconds(56));

        await worker.Log.LineAsync("was set back by 3 h");
        await worker.NextSyncAsync();
        await worker.NextRefreshAsync();
        worker.Log.Lines.Count(line => line.Contains("was set back by 3 h", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_clock_set_forward_left_out_is_made_up_once()
    {
        SetClock clock = new();
        DateTimeOffset inAnHour = clock.GetUtcNow().AddHours(1);
        await using ScheduledWorker worker = new(FormattableString.Invariant($"0 {inAnHour.Minute} {inAnHour.Hour} * * ?"), runAtStart: false, clock, timeZone: "UTC");
        await worker.StartAsync();
        await worker.NextRefreshAsync();
        await worker.NextRefreshAsync();

        clock.Set(TimeSpan.FromHours(8));

        await worker.NextSyncAsync();
        await worker.Log.LineAsync("went forward by 8 h");
    }

    [Fact]
    public async Task A_clock_that_nobody_sets_is_not_spoken_of()
    {
        await using ScheduledWorker worker = new(runAtStart: false);
        await worker.StartAsync();
        for (int refresh = 0; refresh < 4; refresh++)
            await worker.NextRefreshAsync();

        worker.Log.Lines.ShouldNotContain(line => line.Contains("clock of this machine", StringComparison.Ordinal));
    }
}
