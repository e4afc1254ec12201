using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using FollowerSync.Status;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>Runs of arrivals beside the account's other runs: the lease decides, nobody fails because of them, and they count for nothing but what they are.</summary>
public sealed class LeaseOfArrivalsTests
{
    private static readonly EmulatorOptions Slow = new() { Followers = 3_000, PageSize = 2_000, Latency = TimeSpan.FromMilliseconds(100) };

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_sync_waits_for_a_run_of_arrivals_which_makes_room()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Slow);
        account.Sync.BatchesInFlight = 1;
        await account.ArriveAsync(account.Everybody());
        Task<SyncRun?> draining = account.DrainAsync();
        (await Until.IsTrueAsync(() => account.Batches() >= 3, Deadline)).ShouldBeTrue();

        SyncRun full = await account.SyncAsync();

        full.Status.ShouldBe(RunStatus.Succeeded, full.Error);
        SyncRun events = (await draining).ShouldNotBeNull();
        events.Status.ShouldBe(RunStatus.Succeeded, events.Error);
        events.ApiCalls.ShouldBeLessThan(31, "It made room before its work was done.");
        (await account.CountAsync("waiting")).ShouldBe(0, "The sync drained the rest.");
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_run_of_arrivals_leaves_a_sync_alone_and_goes_behind_those_who_wait()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        RunLeases leases = account.NewProcess().GetRequiredService<RunLeases>();
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));

        await using (RunLease full = await leases.AcquireAsync(account.Account.AppId, default))
            (await account.DrainAsync()).ShouldBeNull();
        await account.Tables.ExecuteAsync("update followersync.leases set wanted_at = now()");
        (await account.DrainAsync()).ShouldBeNull("Somebody waits.");
        await account.Tables.ExecuteAsync("update followersync.leases set wanted_at = now() + interval '1 day'");
        (await account.DrainAsync()).ShouldNotBeNull("Nobody waits: the clock was set back since.");
    }

    [Fact]
    public async Task A_sync_that_begins_while_a_starting_worker_closes_what_the_dead_left_waits_for_a_moment()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        await account.SyncAsync();
        await account.Tables.ExecuteAsync("insert into wechat.sync_runs (app_id, trigger, status, started_at) select app_id, 'schedule', 'running', now() from wechat.accounts");
        await using NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction slow = await other.BeginTransactionAsync();
        await using (NpgsqlCommand command = new("select from wechat.sync_runs for update", other, slow))
            await command.ExecuteNonQueryAsync();
        long fence = await account.Tables.ReadAsync<long>("select fence from followersync.leases");
        Task closing = account.NewRunner().AbandonDeadRunsAsync(account.Account, default);
        (await Until.IsTrueAsync(() => account.Tables.ReadAsync<bool>($"select fence > {fence} from followersync.leases"), Deadline)).ShouldBeTrue();

        Task<SyncRun> full = account.SyncAsync();
        (await Until.IsTrueAsync(() => account.Tables.ReadAsync<bool>("select exists (select from followersync.leases where wanted_at is not null)"), Deadline)).ShouldBeTrue();
        await slow.RollbackAsync();
        await closing;

        (await full).Status.ShouldBe(RunStatus.Succeeded);
        (await account.Tables.ReadAsync<string>("select string_agg(status, ' ' order by run_id) from wechat.sync_runs")).ShouldBe("succeeded abandoned succeeded");
    }

    [Fact]
    public async Task A_sync_does_not_wait_for_another_sync()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        RunLeases leases = account.NewProcess().GetRequiredService<RunLeases>();
        await using RunLease lease = await leases.AcquireAsync(account.Account.AppId, default);

        await Should.ThrowAsync<RunActiveException>(() => account.SyncAsync());
    }

    [Fact]
    public async Task Of_two_workers_one_drains_and_nobody_is_asked_about_twice()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000, Latency = TimeSpan.FromMilliseconds(20) });
        await account.ArriveAsync(account.Everybody());

        SyncRun?[] runs = await Task.WhenAll(account.DrainAsync(), account.DrainAsync(), account.DrainAsync());

        runs.OfType<SyncRun>().Sum(run => run.Added).ShouldBe(3_000);
        account.Batches().ShouldBe(30);
        (await account.CountAsync("done")).ShouldBe(3_000);
    }

    [Fact]
    public async Task A_sync_drains_its_own_account_and_the_arrivals_come_first()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 5_000, PageSize = 1_000 });
        await account.SyncAsync();
        string[] people = account.NewFollowers(20);
        foreach (string openId in people)
            account.Truth.Unfollow(openId);
        string visitor = people[0];
        await account.VisitAsync(visitor);
        account.Emulator.Requests.Clear();
        var watch = new FirstMerge(account.Tables);

        SyncRun run = await account.SyncAsync(watch);

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        watch.DoneAtFirstMerge.ShouldBe(1);
        (await account.Tables.ReadAsync<bool>("select subscribed from wechat.visitors")).ShouldBeFalse();
        account.Batches().ShouldBe(51);
    }

    [Fact]
    public async Task Who_left_and_said_so_is_not_asked_about_again_for_missing_from_the_list()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 301, Latency = TimeSpan.FromMilliseconds(100) });
        await account.SyncAsync();
        string gone = account.Everybody()[0].OpenId;
        account.Truth.Unfollow(gone);
        await account.ArriveAsync(account.Arrival(gone, ArrivalKinds.Unsubscribe));
        account.Emulator.Requests.Clear();

        SyncRun run = await account.SyncAsync();

        run.Unsubscribed.ShouldBe(1, run.Error);
        account.Batches().ShouldBe(4, "One for who left, three for the three hundred others.");
    }

    [Fact]
    public async Task Neither_starves_while_many_wait()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 6_000, PageSize = 1_000 });
        await account.SyncAsync();
        await account.ArriveAsync([.. account.NewFollowers(2_500).Select(openId => account.Arrival(openId, ArrivalKinds.Import))]);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Added.ShouldBe(2_500);
        run.Unchanged.ShouldBeGreaterThanOrEqualTo(6_000);
        (await account.CountAsync("done")).ShouldBe(2_500);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task They_are_no_runs_of_the_whole_account()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 }, weChat => weChat.Retries = 0);
        SyncRun full = await account.SyncAsync();
        DateTime complete = await account.Tables.ReadAsync<DateTime>("select complete_as_of from wechat.freshness");
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45011, Path = ArrivingPeople.BatchGet, Times = 1 });
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));
        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Failed);
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));
        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);

        (await account.Runs.LastRunAsync(account.Account.AppId, default)).ShouldNotBeNull().RunId.ShouldBe(full.RunId);
        (await account.Tables.ReadAsync<DateTime>("select complete_as_of from wechat.freshness")).ShouldBe(complete);
        (await account.Tables.ReadAsync<string>("select coalesce(why, '') from wechat.freshness")).ShouldBe("");
        (await account.Tables.ReadAsync<long>("select run_id from wechat.complete_runs")).ShouldBe(full.RunId);
        StatusReport report = await account.NewProcess().GetRequiredService<StatusReader>().ReadAsync([account.Account], default);
        AccountStatus status = report.Accounts.ShouldHaveSingleItem();
        status.CompleteAsOf.ShouldBe(full.CompleteAsOf.ShouldNotBeNull());
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.sync_runs where trigger = 'event' and complete_as_of is not null")).ShouldBe(0);
        status.LastRuns.ShouldHaveSingleItem().RunId.ShouldBe(full.RunId);
        status.NextTryAt.ShouldBeNull();
        status.Arrivals.ShouldNotBeNull().Waiting.ShouldBe(1);
        status.Arrivals!.OldestWaitingSince.ShouldNotBeNull();
        status.Arrivals!.LastRun.ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task A_success_forgets_no_stop_of_another_api()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = "/cgi-bin/user/get" });
        await account.SyncAsync();
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.api_stops")).ShouldBe(1);
    }

    [Fact]
    public async Task A_run_that_is_stopped_is_closed_and_its_people_wait()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Slow);
        account.Sync.BatchesInFlight = 1;
        await account.ArriveAsync(account.Everybody());
        using CancellationTokenSource stop = new();
        Task<SyncRun?> draining = account.DrainAsync(stop.Token);
        (await Until.IsTrueAsync(() => account.Batches() >= 3, Deadline)).ShouldBeTrue();
        await stop.CancelAsync();

        SyncRun run = (await draining).ShouldNotBeNull();

        run.Status.ShouldBe(RunStatus.Cancelled);
        (await account.Tables.ReadAsync<string>("select status from wechat.sync_runs")).ShouldBe("cancelled");
        long done = await account.CountAsync("done");
        done.ShouldBe(await account.Tables.ReadAsync<long>("select count(*) from wechat.followers"));
        (await account.CountAsync("waiting")).ShouldBe(3_000 - done);
    }

    [Fact]
    public async Task Who_arrives_stands_in_the_table_within_ten_seconds()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        await account.SyncAsync();
        EventRunner runner = account.NewEventRunner();
        using var watch = new ArrivalWatch(runner.FindDueAsync, runner.RunAsync, Options.Create(account.WeChat), TimeProvider.System, NullLogger<ArrivalWatch>.Instance);
        await watch.StartAsync(default);
        string openId = account.NewFollowers(1)[0];

        await account.Database.RunAsync(tx => ArrivalStore.InsertAsync(tx, [account.Arrival(openId)]), default);

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        long start = TimeProvider.System.GetTimestamp();
        while (await account.FollowsAsync(openId) is null && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
            await timer.WaitForNextTickAsync();
        (await account.FollowsAsync(openId)).ShouldBe(true);
        await watch.StopAsync(default);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.sync_runs where status = 'running'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_limit_that_arrivals_meet_does_not_keep_a_sync_from_its_list()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000, PageSize = 1_000 });
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = ArrivingPeople.BatchGet });
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0], ArrivalKinds.Import));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial);
        run.Listed.ShouldBe(3_001);
        (await account.Tables.ReadAsync<string>("select status from followersync.listings order by listing_id desc limit 1")).ShouldBe("complete");
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where state = 'waiting' and not_before > now()")).ShouldBe(1);

        SyncRun scheduled = await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);
        scheduled.Listed.ShouldBe(3_001, "While the API is stopped the arrivals take no turn.");
    }

    [Fact]
    public async Task A_limit_that_only_arrivals_meet_ends_no_sync()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = ArrivingPeople.BatchGet, Times = 1 });
        string openId = account.Truth.Followers().First().OpenId;
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Import));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Unchanged.ShouldBe(300);
        (await account.CountAsync("waiting")).ShouldBe(1);
    }

    /// <summary>How many arrivals were done when the run stored anything for the first time.</summary>
    private sealed class FirstMerge(TestDatabase tables) : IProgress<SyncProgress>
    {
        public long? DoneAtFirstMerge { get; private set; }

        public void Report(SyncProgress value)
        {
            if (value.Merged == 0 || DoneAtFirstMerge is not null)
                return;

            using Npgsql.NpgsqlCommand count = tables.DataSource.CreateCommand("select count(*) from followersync.arrivals where state = 'done'");
            DoneAtFirstMerge = (long)count.ExecuteScalar()!;
        }
    }
}
