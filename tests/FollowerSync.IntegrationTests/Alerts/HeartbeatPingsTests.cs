using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Heartbeats;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.Logging;
using FollowerSync.Runs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>How often a heartbeat is tried.</summary>
public sealed class HeartbeatPingsTests
{
    [Fact]
    public async Task An_address_that_answers_only_the_third_time_is_reached()
    {
        const int Tries = 3;
        await using StandInRobots robots = await StandInRobots.StartAsync();
        robots.Instead = async (context, _) =>
        {
            if (robots.Asked == Tries)
                return false;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        FakeTimeProvider clock = new();
        await using HeartbeatPings pings = new(new SecretMask(), clock, NullLogger<HeartbeatPings>.Instance);
        AccountOptions account = AccountOf(robots);

        // One call, as a run that is stopped makes none at its end.
        await Should.ThrowAsync<OperationCanceledException>(() => pings.AroundAsync(account, () => throw new OperationCanceledException()));
        await Installation.UntilAsync(() => Task.FromResult(robots.Asked == 1), "the first try");
        for (int tries = 2; tries <= Tries; tries++)
        {
            int expected = tries;
            clock.Advance(AlertHttp.Patience);
            await Installation.UntilAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return Task.FromResult(robots.Asked == expected);
                },
                $"try {tries}");
        }

        await pings.QuietAsync();
        robots.TakenBy("Heartbeat").ShouldHaveSingleItem().ShouldStartWith("/start ");
    }

    [Fact]
    public async Task A_run_that_was_right_is_told_when_the_other_side_is_back_and_never_more_than_five_times_a_minute()
    {
        const int MostAMinute = 5;
        await using StandInRobots robots = await StandInRobots.StartAsync();
        FakeTimeProvider clock = new();
        DateTimeOffset back = clock.GetUtcNow() + TimeSpan.FromSeconds(30);
        List<DateTimeOffset> asked = [];
        robots.Instead = (context, _) =>
        {
            lock (asked)
                asked.Add(clock.GetUtcNow());
            bool isAway = clock.GetUtcNow() < back;
            if (isAway)
                context.Response.StatusCode = 503;
            return Task.FromResult(isAway);
        };
        await using HeartbeatPings pings = new(new SecretMask(), clock, NullLogger<HeartbeatPings>.Instance);
        AccountOptions account = AccountOf(robots);

        await pings.AroundAsync(account, () => Task.FromResult(Run(1)));
        await ToldAsync("run 1:");
        robots.TakenBy("Heartbeat").ShouldHaveSingleItem("the end has taken the place of the beginning").ShouldStartWith(" ");

        for (int run = 2; run <= 9; run++)
            await pings.AroundAsync(account, () => Task.FromResult(Run(run)));
        await ToldAsync("run 9:");
        // Seen from here, a call may come a step of the clock after it was made.
        asked.ShouldAllBe(last => asked.Count(one => one <= last && one > last - TimeSpan.FromSeconds(55)) <= MostAMinute);

        Task ToldAsync(string run) => Installation.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(robots.TakenBy("Heartbeat").Any(told => told.Contains(run, StringComparison.Ordinal)));
            },
            $"{run} is told");
    }

    [Fact]
    public async Task What_the_other_side_refuses_for_good_is_not_tried_again()
    {
        await using StandInRobots robots = await StandInRobots.StartAsync();
        robots.Instead = (context, _) =>
        {
            context.Response.StatusCode = 404;
            return Task.FromResult(true);
        };
        await using HeartbeatPings pings = new(new SecretMask(), TimeProvider.System, NullLogger<HeartbeatPings>.Instance);

        await pings.AroundAsync(AccountOf(robots), () => Task.FromResult(Run(1)));

        await pings.QuietAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        robots.Asked.ShouldBe(2);
    }

    private static AccountOptions AccountOf(StandInRobots robots) => new() { Name = "brand", AppId = AlertScene.AppId, HeartbeatUrl = $"{robots.Address}/ping/{StandInRobots.Ping}" };

    private static SyncRun Run(long number) =>
        new() { RunId = number, AppId = AlertScene.AppId, Trigger = SyncTrigger.Schedule, Status = RunStatus.Succeeded, StartedAt = TimeProvider.System.GetUtcNow() };
}
