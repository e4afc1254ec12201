using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Heartbeats;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Logging;
using FollowerSync.Runs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>How often a heartbeat is tried.</summary>
public sealed class HeartbeatPingsTests(TestDatabase tables) : IClassFixture<TestDatabase>
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
        await using HeartbeatPings pings = Pings(clock);
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
        await using HeartbeatPings pings = Pings(clock);
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
        await using HeartbeatPings pings = Pings(TimeProvider.System);

        await pings.AroundAsync(AccountOf(robots), () => Task.FromResult(Run(1)));

        await pings.QuietAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        robots.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_success_that_comes_late_does_not_take_the_place_of_another_process_s_newer_failure()
    {
        await using StandInRobots robots = await StandInRobots.StartAsync();
        bool isAway = true;
        robots.Instead = (context, _) =>
        {
            bool isLost = Volatile.Read(ref isAway) && !context.Request.Path.Value!.EndsWith("/fail", StringComparison.Ordinal);
            if (isLost)
                context.Response.StatusCode = 503;
            return Task.FromResult(isLost);
        };
        FakeTimeProvider clock = new();
        await using HeartbeatPings one = Pings(clock);
        await using HeartbeatPings other = Pings(clock);
        AccountOptions account = AccountOf(robots, AlertScene.OtherAppId);

        SyncRun first = await BeginAsync(account.AppId);
        await one.AroundAsync(account, () => Task.FromResult(first));
        await Installation.UntilAsync(() => Task.FromResult(robots.Asked == 2), "beginning and end were tried");
        SyncRun second = await BeginAsync(account.AppId) with { Status = RunStatus.Failed };
        await other.AroundAsync(account, () => Task.FromResult(second));
        await other.QuietAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        Volatile.Write(ref isAway, false);
        await QuietAsync(one, clock);

        robots.TakenBy("Heartbeat").ShouldHaveSingleItem().ShouldStartWith("/fail ");
    }

    [Fact]
    public async Task While_the_database_does_not_say_whether_a_newer_run_has_begun_the_call_waits()
    {
        await using StandInRobots robots = await StandInRobots.StartAsync();
        bool isAway = true;
        robots.Instead = (context, _) =>
        {
            bool isLost = Volatile.Read(ref isAway);
            if (isLost)
                context.Response.StatusCode = 503;
            return Task.FromResult(isLost);
        };
        FakeTimeProvider clock = new();
        await using HeartbeatPings pings = Pings(clock);
        AccountOptions account = AccountOf(robots, "wx00000000000000a3");
        await BeginAsync(account.AppId);
        SyncRun run = await BeginAsync(account.AppId);
        await pings.AroundAsync(account, () => Task.FromResult(run));
        await Installation.UntilAsync(() => Task.FromResult(robots.Asked == 2), "beginning and end were tried");

        await using NpgsqlConnection door = await tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction closed = await door.BeginTransactionAsync();
        await using NpgsqlCommand close = new("lock table wechat.sync_runs in access exclusive mode", door, closed);
        await close.ExecuteNonQueryAsync();
        Volatile.Write(ref isAway, false);
        for (int loss = 1; loss <= 2; loss++)
        {
            await Installation.UntilAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return tables.ReadAsync<bool>("select coalesce(bool_or(pg_terminate_backend(l.pid)), false) from pg_locks l where l.relation = 'wechat.sync_runs'::regclass and not l.granted");
                },
                $"it asks the database for the {loss}. time");
        }

        robots.Asked.ShouldBe(2);
        await closed.RollbackAsync();
        await QuietAsync(pings, clock);
        robots.TakenBy("Heartbeat").ShouldHaveSingleItem().ShouldStartWith(" ");
    }

    private static Task QuietAsync(HeartbeatPings pings, FakeTimeProvider clock) => Installation.UntilAsync(
        () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(pings.QuietAsync().IsCompleted);
        },
        "nothing is under way");

    private HeartbeatPings Pings(TimeProvider clock) => new(tables.Open(new DatabaseOptions { Retries = 0 }), new SecretMask(), clock, NullLogger<HeartbeatPings>.Instance);

    private async Task<SyncRun> BeginAsync(string appId)
    {
        await tables.ExecuteAsync($"insert into wechat.accounts (app_id, name) values ('{appId}', 'x') on conflict do nothing");
        await tables.ExecuteAsync($"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at) values ('{appId}', 'schedule', 'succeeded', clock_timestamp(), clock_timestamp())");
        SyncRunStore runs = new(tables.Open(), new SecretMask());
        return (await runs.LastRunAsync(appId, default))!;
    }

    private static AccountOptions AccountOf(StandInRobots robots, string appId = AlertScene.AppId) => new() { Name = "brand", AppId = appId, HeartbeatUrl = $"{robots.Address}/ping/{StandInRobots.Ping}" };

    private static SyncRun Run(long number) =>
        new() { RunId = number, AppId = AlertScene.AppId, Trigger = SyncTrigger.Schedule, Status = RunStatus.Succeeded, StartedAt = TimeProvider.System.GetUtcNow() };
}
