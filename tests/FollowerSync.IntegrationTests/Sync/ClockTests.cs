using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using FollowerSync.Sync;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>The database's clock was set back, so that all that is stored bears stamps of the future; or it is behind, or differs from the machine's.</summary>
public sealed class ClockTests
{
    // Every time of every table there is, whoever adds one.
    private const string MoveSql =
        """
        do $do$
        declare
            stamp record;
        begin
            for stamp in
                select c.table_schema, c.table_name, c.column_name from information_schema.columns c
                join information_schema.tables t using (table_schema, table_name)
                where c.table_schema in ('wechat', 'followersync') and t.table_type = 'BASE TABLE' and c.data_type = 'timestamp with time zone'
                  and c.column_name <> 'subscribe_time'
            loop
                execute format('update %I.%I set %I = %I + interval ''BY''', stamp.table_schema, stamp.table_name, stamp.column_name, stamp.column_name);
            end loop;
        end $do$
        """;

    [Theory]
    [InlineData((int)ProfileRefresh.Full, "3 hours")]
    [InlineData((int)ProfileRefresh.Full, "60 days")]
    [InlineData((int)ProfileRefresh.Rotate, "3 hours")]
    [InlineData((int)ProfileRefresh.Rotate, "60 days")]
    public async Task Everybody_is_asked_again_and_whoever_left_is_seen(int refresh, string by)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 600 });
        account.Sync.ProfileRefresh = (ProfileRefresh)refresh;
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        await MoveAsync(account, by);
        account.Truth.Churn(percent: 2);
        account.Emulator.Requests.Clear();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Unsubscribed.ShouldBeGreaterThan(0);
        account.Emulator.Requests.OpenIds.ShouldBeGreaterThanOrEqualTo(600);
        await account.ShouldEqualTruthAsync();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where unfollowed_after > unfollowed_before")).ShouldBe(0);
    }

    [Fact]
    public async Task A_round_of_the_future_is_begun_anew()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 600 });
        await account.SyncAsync();
        await account.Tables.ExecuteAsync("update followersync.listings set status = 'complete'");
        await MoveAsync(account, "3 hours");
        long round = await account.Tables.ReadAsync<long>("select max(listing_id) from followersync.listings");

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        (await account.Tables.ReadAsync<long>("select max(listing_id) from followersync.listings")).ShouldBeGreaterThan(round);
    }

    [Fact]
    public async Task A_refused_openid_is_not_left_alone_until_the_clock_gets_there_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        account.Truth.AddRefusedOpenId();
        (await account.SyncAsync()).Rejected.ShouldBe(1);
        (await account.SyncAsync()).Rejected.ShouldBe(0, "it waits for a day");
        await MoveAsync(account, "60 days");

        (await account.SyncAsync()).Rejected.ShouldBe(1, "it was asked for again");
    }

    [Fact]
    public async Task A_stop_of_the_future_stops_nothing()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        await account.SyncAsync();
        await account.Tables.ExecuteAsync(
            $"insert into followersync.api_stops (app_id, api, stopped_at, until, reason) values ('{account.Account.AppId}', '{ApiStop.All}', now(), now() + interval '10 min', array['a reason', 'a reason'])");
        (await ScheduledAsync(account)).Status.ShouldBe(RunStatus.Failed);

        await MoveAsync(account, "8 hours");
        (await ScheduledAsync(account)).Status.ShouldBe(RunStatus.Succeeded);

        await account.Tables.ExecuteAsync(
            $"insert into followersync.api_stops (app_id, api, stopped_at, until, reason) values ('{account.Account.AppId}', '{ApiStop.All}', now(), now() + interval '60 days', array['by a clock 60 days ahead', ''])");
        (await ScheduledAsync(account)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task A_database_that_is_ahead_by_as_much_as_lies_between_two_runs_leaves_none_out()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        await account.SyncAsync();
        await MoveAsync(account, "-1 day");
        FakeTimeProvider machine = new(TimeProvider.System.GetUtcNow().AddDays(-1));
        Firing firing = new(FiringKind.Schedule, SyncTrigger.Schedule) { DueAt = machine.GetUtcNow().AddMinutes(-1) };

        SyncRun? last = await account.Runs.LastRunByAsync(machine, account.Account.AppId, default);

        new Nights(Options.Create(new ScheduleOptions()), machine).IsNeedless(firing, account.Account.AppId, last).ShouldBeFalse("it began a day ago");
    }

    [Fact]
    public async Task A_clock_that_is_behind_has_nobody_marked_and_nobody_anonymised_when_it_is_right_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100 });
        SimulatedClock clock = new();
        await clock.InstallAsync(account.Tables);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(-60));
        await account.SyncAsync();
        string[] gone = [.. account.Truth.Followers().Take(2).Select(f => f.OpenId)];
        foreach (string openId in gone)
            account.Truth.Unfollow(openId);

        SyncRun behind = await account.SyncAsync();

        behind.Status.ShouldBe(RunStatus.Partial);
        behind.Error!.ShouldContain("The clock of the database is 1440 hours behind");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where not subscribe")).ShouldBe(0);
        await account.Tables.ExecuteAsync(
            $"""
            update wechat.sync_runs set status = 'held' where run_id = {behind.RunId};
            update followersync.unfollow_candidates set held_since = now(), answered_at = now(), gone_by = null where openid = '{gone[0]}'
            """);
        await Should.ThrowAsync<ClockBehindException>(() => account.NewApproval().ApproveAsync(behind.RunId, seen: null, [account.Account], default));

        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(60));
        (await account.NewApproval().ApproveAsync(behind.RunId, seen: null, [account.Account], default)).Unsubscribed.ShouldBe(1);
        IServiceProvider process = account.NewProcess();
        SyncRun right = await process.GetRequiredService<SyncRunner>().RunAsync(account.Account, SyncTrigger.Manual, progress: null, default);
        (right.Status, right.Unsubscribed).ShouldBe((RunStatus.Succeeded, 1));
        await process.GetServices<IAfterRun>().OfType<LeaverPrivacy>().Single().DoAsync(account.Account, right, default);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where anonymised_at is not null")).ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where unfollowed_before > now() - interval '1 hour'")).ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_is_gone_before_the_follow_began()
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        await clock.InstallAsync(account.Tables);
        EmulatedFollower leaver = account.Truth.AddFollower();
        EmulatedFollower returner = account.Truth.AddFollower();
        await account.SyncAsync();
        await account.Tables.ExecuteAsync(
            $"""
            create function public.behind() returns trigger language plpgsql as $$ begin new.gone_by := now() - interval '60 days'; return new; end $$;
            create trigger behind before insert on followersync.unfollow_candidates for each row execute function public.behind();
            insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness) values ('{account.Account.AppId}', '{returner.OpenId}', 0, 'single');
            """);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(1));
        account.Truth.Unfollow(leaver.OpenId);
        account.Truth.Unfollow(returner.OpenId);
        account.Truth.Follow(returner.OpenId);

        (await account.SyncAsync()).Unsubscribed.ShouldBe(1);

        (await account.Tables.ReadAsync<bool>($"select unfollowed_before = subscribe_time and unfollowed_after <= unfollowed_before from wechat.followers where openid = '{leaver.OpenId}'")).ShouldBeTrue();
        (await account.Tables.ReadAsync<bool>($"select unfollowed_before = followed_at and unfollowed_after <= unfollowed_before from wechat.past_episodes where openid = '{returner.OpenId}'")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_that_is_set_back_in_the_middle_of_a_run_hides_nobody_who_left(bool isNew)
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        await clock.InstallAsync(account.Tables);
        if (!isNew)
            await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;

        SyncRun run = await account.SyncAsync(new WhenListed(() =>
        {
            clock.Advance(account.Tables, TimeSpan.FromMinutes(-40));
            account.Truth.Unfollow(openId);
        }));

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<bool>($"select not subscribe and unfollowed_after <= unfollowed_before from wechat.followers where openid = '{openId}'")).ShouldBeTrue();
    }

    /// <summary>Does something once, when people are listed.</summary>
    private sealed class WhenListed(Action action) : IProgress<SyncProgress>
    {
        private bool _done;

        public void Report(SyncProgress value)
        {
            if (_done || value.Listed == 0)
                return;

            _done = true;
            action();
        }
    }

    private static Task<SyncRun> ScheduledAsync(SyncedAccount account) => account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);

    private static Task MoveAsync(SyncedAccount account, string by) => account.Tables.ExecuteAsync(MoveSql.Replace("BY", by, StringComparison.Ordinal));
}
