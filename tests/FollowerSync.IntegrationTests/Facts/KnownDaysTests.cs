using Dapper;
using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.Facts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.IntegrationTests.Sync.Arriving;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FollowerSync.IntegrationTests.Facts;

/// <summary>A number says from when, and until when, it is true.</summary>
public sealed class KnownDaysTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string Info = "/cgi-bin/user/info";
    private const string UserGet = "/cgi-bin/user/get";

    /// <summary>Half past three in the night of 10 May, Beijing.</summary>
    private static readonly DateTimeOffset FirstNight = new(2026, 5, 10, 3, 30, 0, TimeSpan.FromHours(8));

    [Fact]
    public async Task Of_the_time_before_the_first_complete_run_no_bound_and_no_rate_is_told()
    {
        SimulatedClock clock = new(FirstNight.AddDays(-30));
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        string[] april = [.. Enumerable.Range(0, 100).Select(_ => account.Truth.AddFollower().OpenId)];
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(-5));
        foreach (string openId in april[..50])
            account.Truth.Unfollow(openId);
        await clock.MoveToAsync(account.Tables, FirstNight);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(60));
        await SyncAsync(account);

        (await account.Tables.ReadAsync<DateTime>("select distinct known_from from wechat.daily_totals")).ShouldBe(FirstNight.UtcDateTime);
        (await RowsAsync(account, "select count(*) from wechat.daily_totals where day < '2026-05-10' and (followers_at_least, followers_at_most, left_at_least, left_at_most, rate_at_most, came_and_went, difference) is not null")).ShouldBe("0");
        (await RowsAsync(account, "select day, new, followers_at_least, followers_at_most, left_at_most from wechat.daily_totals where new > 0 or day in ('2026-05-10', '2026-05-11') order by day"))
            .ShouldBe("2026-04-10 50 - - -; 2026-05-10 0 50 50 -; 2026-05-11 0 50 50 0");
        (await RowsAsync(account, "select cohort, follows, due_7, kept_7_at_least, kept_7_at_most, due_30 from wechat.retention")).ShouldBe("2026-04-01 50 - - - -");
        (await RowsAsync(account, "select month, left_at_least, left_at_most, rate_at_most, followers_before_at_most from wechat.churn order by month"))
            .ShouldBe("2026-04-01 - - - -; 2026-05-01 - - - -; 2026-06-01 0 0 0.00000000000000000000 50; 2026-07-01 0 0 0.00000000000000000000 50");
        (await RowsAsync(account, "select month, followers_at_most, net_at_most from wechat.growth_by_month order by month"))
            .ShouldBe("2026-04-01 - -; 2026-05-01 50 -; 2026-06-01 50 0; 2026-07-01 50 0");
        (await RowsAsync(account, "select sum(new), sum(gone) from wechat.growth_by_scene")).ShouldBe("50 -");
    }

    [Fact]
    public async Task The_days_end_with_the_last_that_was_over_when_the_list_was_begun()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 200, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        (await RowsAsync(account, "select max(day), max(seen_until) = '2026-05-10 00:00+08' from wechat.daily_totals")).ShouldBe("2026-05-09 True");

        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(17));
        account.Truth.AddFollower();
        account.Truth.Unfollow(account.Truth.Followers().First().OpenId);
        await SyncAsync(account);
        (await RowsAsync(account, "select max(day) from wechat.daily_totals")).ShouldBe("2026-05-09", "the tenth is not over");
        (await RowsAsync(account, "select max(month), max(seen_until) = '2026-05-10 00:00+08' from wechat.growth_by_month")).ShouldBe("2026-05-01 True");
        (await RowsAsync(account, "select max(seen_until) = '2026-05-10 00:00+08' from wechat.churn")).ShouldBe("True");

        // Nobody looks for a week: nothing is told of it, and all of it later.
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(7));
        (await RowsAsync(account, "select max(day) from wechat.daily_totals")).ShouldBe("2026-05-09");
        await SyncAsync(account);
        (await RowsAsync(account, "select max(day) from wechat.daily_totals")).ShouldBe("2026-05-16");
        (await RowsAsync(account, "select day, new, left_at_least, left_at_most, followers_at_least, followers_at_most from wechat.daily_totals where day between '2026-05-10' and '2026-05-11' order by day"))
            .ShouldBe("2026-05-10 1 - - 200 200; 2026-05-11 0 0 0 200 200", "what was seen on the tenth happened on it");
    }

    [Fact]
    public async Task A_partial_run_tells_no_more_days_and_no_difference_of_them()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 2_500, PageSize = 1_000, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(20));
        for (int i = 0; i < 30; i++)
            account.Truth.AddFollower();
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(1));
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 2 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Partial);
        await account.Tables.ExecuteAsync("insert into wechat.datacube_days (app_id, ref_date, new_user, cancel_user, cumulate_user, read_at) select app_id, '2026-05-10', 30, 0, 2530, now() from wechat.accounts");

        (await RowsAsync(account, "select count(*) from wechat.daily_totals where day > '2026-05-09' or difference <> 0")).ShouldBe("0");

        account.Emulator.Faults.Clear();
        await SyncAsync(account);
        (await RowsAsync(account, "select new, followers_at_most, difference, difference_why from wechat.daily_totals where day = '2026-05-10'")).ShouldBe("30 2530 0 -");
    }

    [Fact]
    public async Task Who_comes_and_goes_between_two_looks_is_told_by_wechats_books_alone()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 200, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(34));
        string[] day = [.. Enumerable.Range(0, 9).Select(_ => account.Truth.AddFollower().OpenId)];
        foreach (string openId in day[..4])
            account.Truth.Unfollow(openId);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);
        await account.Tables.ExecuteAsync("insert into wechat.datacube_days (app_id, ref_date, new_user, cancel_user, cumulate_user, read_at) select app_id, '2026-05-11', 9, 4, 205, now() from wechat.accounts");

        (await RowsAsync(account, "select new, new_user, came_and_went, left_at_most, cancel_user, difference from wechat.daily_totals where day = '2026-05-11'")).ShouldBe("5 9 4 0 4 0");
        (await RowsAsync(account, "select col_description('wechat.daily_totals'::regclass, attnum) like '%no upper bound%' from pg_attribute where attrelid = 'wechat.daily_totals'::regclass and attname = 'left_at_most'")).ShouldBe("True");
    }

    [Theory]
    [InlineData("America/Havana")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Asuncion")]
    public async Task A_session_whose_clocks_change_at_midnight_loses_no_day(string zone)
    {
        SimulatedClock clock = new(FirstNight.AddDays(-400));
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 20, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight);
        await SyncAsync(account);

        string told = await RowsAsync(account, "select day, followers_at_most from wechat.daily_totals order by day");
        (await RowsAsync(account, "select day, followers_at_most from wechat.daily_totals order by day", zone)).ShouldBe(told);
        told.ShouldContain("2026-05-09 20");
        (await RowsAsync(account, "select count(*), count(distinct day) from wechat.daily_totals where day >= (select known_day from wechat.known_days)", zone)).ShouldBe("400 400");
    }

    [Fact]
    public async Task As_of_a_day_is_by_what_is_known_now_and_not_by_what_was_stored_then()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        string[] leaving = [.. account.Truth.Followers().Take(10).Select(f => f.OpenId)];
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(35));
        for (int i = 0; i < 29; i++)
            account.Truth.AddFollower();
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(3));
        foreach (string openId in leaving)
            account.Truth.Unfollow(openId);
        await SyncAsync(account);
        string appId = account.Account.AppId;

        (await RowsAsync(account, $"select followers_at_least, followers_at_most from wechat.followers_on('{appId}', '2026-05-11')")).ShouldBe("119 129");
        (await RowsAsync(account, "select count(*) from wechat.follower_history where subscribe and valid_from < '2026-05-12 00:00+08' and (valid_to >= '2026-05-12 00:00+08' or valid_to is null)")).ShouldBe("100", "that is what was stored by then");
        (await RowsAsync(account, $"select f.followers_at_least, f.known_from = '2026-05-10 03:30+08' from wechat.followers_on('{appId}', '2026-05-08') f")).ShouldBe("- True", "not known before");
        (await RowsAsync(account, $"select f.followers_at_least, f.complete_as_of is not null from wechat.followers_on('{appId}', '2026-05-13') f")).ShouldBe("- True", "not over");
        (await RowsAsync(account, "select * from wechat.followers_on('wx0000000000000000', '2026-05-11')")).ShouldBe("- - - -");
    }

    [Fact]
    public async Task Followers_without_a_time_of_following_are_in_every_total()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 50, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.MissingKeys, Percent = 100, Keys = ["subscribe_time"] });
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        account.Truth.AddFollower();
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(4));
        account.Truth.Unfollow(account.Truth.Followers().First().OpenId);
        await SyncAsync(account);

        (await RowsAsync(account, "select count(*) from wechat.audience where subscribe_time is not null")).ShouldBe("0");
        (await RowsAsync(account, "select day, followers_at_least, followers_at_most, new from wechat.daily_totals where day >= '2026-05-10' order by day"))
            .ShouldBe("2026-05-10 50 51 0; 2026-05-11 50 51 0; 2026-05-12 50 51 0; 2026-05-13 50 51 0", "the one who came did so between the first and the second look");
        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task What_was_said_of_a_day_stays_and_what_is_learnt_later_stands_beside_it()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(35));
        string guest = account.Truth.AddFollower().OpenId;
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);
        const string Said = "select new, lost_30_at_most, lost_90_at_least, leaves_latest from wechat.daily_scenes where day = '2026-05-11' and not correction";
        (await RowsAsync(account, Said)).ShouldBe("1 0 0 0");
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(30));
        account.Truth.Unfollow(guest);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(200));
        await SyncAsync(account);

        (await RowsAsync(account, Said)).ShouldBe("1 0 0 0");
        (await RowsAsync(account, "select new, lost_30_at_most, lost_90_at_least, leaves_latest from wechat.daily_scenes where day = '2026-05-11' and correction")).ShouldBe("0 1 1 0");
        (await RowsAsync(account, "select cohort, follows, due_30, kept_30_at_least, kept_30_at_most, due_90, kept_90_at_most, due_180 from wechat.retention where cohort = '2026-05-01'"))
            .ShouldBe("2026-05-01 1 1 0 0 1 0 1");
        (await RowsAsync(account, "select account, due_90, kept_90_at_most from wechat.retention_by_scene where cohort = '2026-05-01'")).ShouldEndWith(" 1 0");
        await account.FactsShouldBeAFullCountAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clock_that_is_set_back_loses_nothing_from_the_counts(bool isMetByACompleteRun)
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, PageSize = 40, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(-2));
        if (isMetByACompleteRun)
            await SyncAsync(account);
        for (int i = 0; i < 30; i++)
            account.Truth.AddFollower();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 3 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Partial);
        (await RowsAsync(account, "select count(*) > 100 from wechat.followers")).ShouldBe("True", "some are stored, by the clock that was set back");
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(1));
        account.Emulator.Faults.Clear();
        await SyncAsync(account);

        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task A_run_by_a_clock_that_was_set_back_tells_what_the_run_before_it_stored()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(34));
        account.Truth.AddFollower();
        account.Truth.AddFollower();
        account.Truth.Unfollow(account.Truth.Followers().First().OpenId);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromMinutes(-25));
        await SyncAsync(account);

        (await RowsAsync(account, "select new, followers_at_least, followers_at_most from wechat.daily_totals where day = '2026-05-11'")).ShouldBe("2 101 102");
        (await RowsAsync(account, "select count(*) filter (where subscribe), count(*) from wechat.audience")).ShouldBe("101 102");
        await account.FactsShouldBeAFullCountAsync();
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(3));
        await SyncAsync(account);
        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task Counting_anew_after_a_partial_run_tells_what_the_newest_complete_run_left()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 2_500, PageSize = 1_000, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        string[] back = [.. account.Truth.Followers().Take(50).Select(f => f.OpenId)];
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(34));
        for (int i = 0; i < 50; i++)
            account.Truth.AddFollower();
        foreach (string openId in back)
        {
            account.Truth.Unfollow(openId);
            account.Truth.Follow(openId);
        }

        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 2 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Partial);
        (await RowsAsync(account, "select count(*) > 0 from followersync.episode_changes")).ShouldBe("True", "somebody's return is stored and not counted yet");

        await account.FactsShouldBeAFullCountAsync();
        (await RowsAsync(account, "select sum(follows_latest), sum(leaves_latest) from wechat.daily_accounts")).ShouldBe("2500 0");
        account.Emulator.Faults.Clear();
        await SyncAsync(account);
        await account.FactsShouldBeAFullCountAsync();
        (await RowsAsync(account, "select sum(follows_latest), sum(leaves_latest) from wechat.daily_accounts")).ShouldBe("2600 50");
    }

    [Fact]
    public async Task Who_is_forgotten_is_in_no_count_any_more()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        string[] people = [.. account.Truth.Followers().Take(5).Select(f => f.OpenId)];
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        foreach (string openId in people[..2].Append(people[3]))
            account.Truth.Unfollow(openId);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(4));
        account.Truth.Follow(people[1]);
        account.Truth.Follow(people[3]);
        await SyncAsync(account);

        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(1));
        await account.NewProcess().GetRequiredService<PersonErasure>().ForgetAsync(people[..3], CancellationToken.None);

        const string Sums = "select sum(follows_latest), sum(leaves_latest) from wechat.daily_accounts";
        (await RowsAsync(account, Sums)).ShouldBe("98 1");
        (await RowsAsync(account, "select sum(net) from wechat.daily_groups")).ShouldBe("97");
        await account.FactsShouldBeAFullCountAsync();

        // Messages tell more of two others, which the next complete run would count: when one had left, and that the other has been away.
        account.Truth.Unfollow(people[4]);
        account.Truth.Follow(people[4]);
        await account.ArriveAsync(
            account.Arrival(people[3], ArrivalKinds.Unsubscribe, at: FirstNight.AddDays(1)),
            account.Arrival(people[4], ArrivalKinds.Unsubscribe, at: clock.GetUtcNow().AddMinutes(-5)), account.Arrival(people[4], at: clock.GetUtcNow()));
        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);
        (await RowsAsync(account, "select count(*), sum(weight) from followersync.episode_changes")).ShouldBe("3 1");
        await account.NewProcess().GetRequiredService<PersonErasure>().ForgetAsync(people[3..], CancellationToken.None);
        (await RowsAsync(
            account,
            """
            select count(*) from (
                select day from wechat.daily_accounts group by day
                having least(sum(new), sum(follows_earliest), sum(follows_latest), sum(leaves_earliest), sum(leaves_latest), sum(leaves_sure)) < 0) d
            """)).ShouldBe("0", "what was not counted yet is not taken back");
        (await RowsAsync(account, Sums)).ShouldBe("96 1", "as it was counted before the message, until the next complete run");
        foreach (string openId in people[1..])
            account.Truth.Unfollow(openId);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(5));
        await SyncAsync(account);
        (await RowsAsync(account, Sums)).ShouldBe("95 0");
        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task Who_comes_back_and_leaves_between_the_list_and_the_answer_may_have_followed_since_leaving()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        string guest = account.Truth.Followers().First().OpenId;
        account.Truth.Unfollow(guest);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(1));
        await SyncAsync(account);
        account.Truth.Follow(guest);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, OpenId = guest });
        for (int night = 3; night <= 5; night++)
        {
            await clock.MoveToAsync(account.Tables, FirstNight.AddDays(night));
            await SyncAsync(account);
        }

        (await RowsAsync(account, "select day, new, followers_at_least, followers_at_most, left_at_least from wechat.daily_totals where day between '2026-05-11' and '2026-05-14' order by day"))
            .ShouldBe("2026-05-11 0 99 100 0; 2026-05-12 0 99 100 0; 2026-05-13 0 99 99 1; 2026-05-14 0 99 99 0");
        (await RowsAsync(account, "select count(*) from wechat.past_episodes")).ShouldBe("1", "that lists go on naming the person is no news");
        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task Who_follows_while_the_list_is_read_and_leaves_before_the_answer_followed_by_the_page_that_has_the_person()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, PageSize = 40, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(20));
        string? guest = null;
        SyncRun run = await account.SyncAsync(new Meanwhile(
            now => now.Listed == 40,
            () =>
            {
                clock.Advance(account.Tables, TimeSpan.FromHours(1));
                guest = account.Truth.AddFollower().OpenId;
                account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, OpenId = guest });
            }));
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await RowsAsync(account, "select openid, followed_after = '2026-05-10 03:30+08', followed_before between '2026-05-11 00:29+08' and '2026-05-11 00:30+08' from wechat.followers where not subscribe")).ShouldBe($"{guest} True True");
        account.Truth.Unfollow(guest!);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);

        (await RowsAsync(account, "select day, new, followers_at_least, followers_at_most from wechat.daily_totals where day >= '2026-05-10' order by day"))
            .ShouldBe("2026-05-10 0 100 101; 2026-05-11 0 100 100", "nobody knows on which of the days the guest came");
        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task Runs_that_an_approval_makes_complete_know_from_the_first_of_them()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 200, PageSize = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 2 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Partial);
        account.Emulator.Faults.Clear();
        foreach (string openId in (await StoredFollower.ReadAllAsync(account.Tables)).Keys.Take(60))
            account.Truth.Unfollow(openId);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(1));
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Held);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held);

        await account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default);

        const string KnownFrom = "select k.known_from = '2026-05-11 03:30+08', r.known_from = k.known_from from wechat.known_days k join wechat.complete_runs r using (app_id)";
        (await RowsAsync(account, KnownFrom)).ShouldBe("True True");
        await account.FactsShouldBeAFullCountAsync();
        (await RowsAsync(account, KnownFrom)).ShouldBe("True True");
    }

    [Fact]
    public async Task Who_left_a_day_after_following_to_the_second_is_lost_within_a_day_by_both_bounds()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 5, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await account.Tables.ExecuteAsync(
            """
            insert into wechat.past_episodes (app_id, openid, followed_at, unfollowed_after, unfollowed_before, source, is_return, ended_at)
            select app_id, min(openid), '2026-05-01 12:00+08', '2026-05-02 12:00+08', '2026-05-02 12:00+08', 'event', false, '2026-05-03 12:00+08' from wechat.followers group by 1
            """);

        (await account.NewProcess().GetRequiredService<FactRebuild>().RunAsync(account.Account.AppId, CancellationToken.None)).ShouldBeTrue();

        (await RowsAsync(account, "select sum(lost_1_at_least), sum(lost_1_at_most), sum(lost_3_at_least), sum(lost_3_at_most) from wechat.daily_scenes")).ShouldBe("1 1 1 1");
    }

    [Fact]
    public async Task Who_is_missing_from_the_lists_and_refused_does_not_surely_follow()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(34));
        string guest = account.Truth.AddFollower().OpenId;
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(3).AddHours(10));
        account.Truth.Unfollow(guest);
        foreach (string path in new[] { BatchGet, Info })
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = path, OpenId = guest });
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(33));
        await SyncAsync(account);

        const string Days = "select day, followers_at_least, followers_at_most, left_at_least, left_at_most from wechat.daily_totals where day in ('2026-05-11', '2026-05-12', '2026-06-11') order by day";
        (await RowsAsync(account, Days)).ShouldBe("2026-05-11 101 101 0 0; 2026-05-12 100 101 0 1; 2026-06-11 100 101 0 1", "nobody knows whether the guest left, nor when");
        (await RowsAsync(account, "select month, left_at_least, left_at_most from wechat.churn where month = '2026-06-01'")).ShouldBe("2026-06-01 0 1");
        (await RowsAsync(account, "select due_1, kept_1_at_least, kept_1_at_most, due_7, kept_7_at_least, kept_7_at_most from wechat.retention where cohort = '2026-05-01'")).ShouldBe("1 0 1 1 0 1");
        (await RowsAsync(account, "select openid, seen_day, followed_day from wechat.doubtful_followers")).ShouldBe($"{guest} 2026-05-12 2026-05-11");
        await account.FactsShouldBeAFullCountAsync();

        account.Emulator.Faults.Clear();
        await account.Tables.ExecuteAsync("update followersync.rejected_openids set next_attempt_at = now()");
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(34));
        await SyncAsync(account);
        (await RowsAsync(account, Days)).ShouldBe("2026-05-11 101 101 0 0; 2026-05-12 100 101 0 1; 2026-06-11 100 101 0 1", "the proof says no more about these days");
        (await RowsAsync(account, "select count(*) from wechat.doubtful_followers")).ShouldBe("0");
    }

    [Fact]
    public async Task Who_is_found_to_have_left_while_refused_stays_in_doubt_until_a_complete_run_has_counted_it()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(34));
        (string back, string gone) = (account.Truth.AddFollower().OpenId, account.Truth.AddFollower().OpenId);
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);
        DateTimeOffset left = FirstNight.AddDays(3).AddHours(10);
        await clock.MoveToAsync(account.Tables, left);
        foreach (string openId in (string[])[back, gone])
        {
            account.Truth.Unfollow(openId);
            foreach (string path in (string[])[BatchGet, Info])
                account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = path, OpenId = openId });
        }

        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(9));
        await SyncAsync(account);
        const string Days = "select day, followers_at_least, followers_at_most, left_at_most from wechat.daily_totals where day in ('2026-05-11', '2026-05-12', '2026-05-13', '2026-05-18') order by day";
        (await RowsAsync(account, Days)).ShouldBe("2026-05-11 102 102 0; 2026-05-12 100 102 2; 2026-05-13 100 102 2; 2026-05-18 100 102 2");

        account.Emulator.Faults.Clear();
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(9).AddHours(8));
        account.Truth.Follow(back);
        await account.ArriveAsync(account.Arrival(back, at: clock.GetUtcNow()), account.Arrival(gone, ArrivalKinds.Unsubscribe, at: left));
        await account.DrainAsync();

        (await RowsAsync(account, "select openid, seen_day, followed_day from wechat.doubtful_followers order by seen_day")).ShouldBe($"{back} 2026-05-12 2026-05-11; {gone} 2026-05-13 2026-05-11");
        (await RowsAsync(account, Days)).ShouldBe("2026-05-11 102 102 0; 2026-05-12 101 102 1; 2026-05-13 100 102 2; 2026-05-18 100 102 2", "the message tells the second");
        (await RowsAsync(account, "select kept_1_at_least, kept_1_at_most, kept_7_at_least, kept_7_at_most from wechat.retention where cohort = '2026-05-01'")).ShouldBe("1 2 0 2");

        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(10));
        await SyncAsync(account);
        (await RowsAsync(account, Days)).ShouldBe("2026-05-11 102 102 0; 2026-05-12 101 102 1; 2026-05-13 100 101 2; 2026-05-18 100 101 1");
        (await RowsAsync(account, "select (select count(*) from wechat.doubtful_followers) + (select count(*) from followersync.settled_doubts)")).ShouldBe("0");
        await account.FactsShouldBeAFullCountAsync();
    }

    [Fact]
    public async Task A_difference_from_WeChats_books_has_the_cause_that_made_it()
    {
        SimulatedClock clock = new(FirstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account);
        await clock.MoveToAsync(account.Tables, FirstNight.AddHours(34));
        account.Truth.AddRefusedOpenId();
        string timeless = account.Truth.AddFollower().OpenId;
        account.Truth.SetProfile(timeless, f => f with { SubscribeTime = 0 });
        string forgotten = account.Truth.AddFollower().OpenId;
        await clock.MoveToAsync(account.Tables, FirstNight.AddDays(2));
        await SyncAsync(account);
        await BooksAsync(account, newUsers: 3, followers: 103);

        (await RowsAsync(account, Books)).ShouldBe("1 0 1 1 openids are refused by WeChat and so not counted here; see wechat.freshness.", "who stays did not come and go");
        await BooksAsync(account, newUsers: 5, followers: 105);
        (await RowsAsync(account, Books)).ShouldBe("1 2 3 WeChat counts more who followed on the day than were seen: people who came and went between two looks. And 1 openids are refused by WeChat and so not counted here.");

        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(1));
        await account.NewProcess().GetRequiredService<PersonErasure>().ForgetAsync([forgotten], CancellationToken.None);
        await account.Tables.ExecuteAsync($"insert into followersync.deletions (app_id, deleted_at, reason, action, people, rows) values ('{account.Account.AppId}', now(), 'expired', 'deleted', 50, 50)");
        await BooksAsync(account, newUsers: 3, followers: 103);
        (await RowsAsync(account, Books)).ShouldBe("0 0 2 1 people were deleted since and are no longer counted here.");
        await account.Tables.ExecuteAsync("update followersync.listings set lasting = true, difference = 40");
        (await RowsAsync(account, Books)).ShouldBe("0 - 2 WeChat counted 40 more people than its list named, and who is not named is not counted here.");
    }

    /// <summary>Does something once, in the middle of a run.</summary>
    private sealed class Meanwhile(Predicate<SyncProgress> isTime, Action act) : IProgress<SyncProgress>
    {
        private bool _isDone;

        public void Report(SyncProgress value)
        {
            if (_isDone || !isTime(value))
                return;

            _isDone = true;
            act();
        }
    }

    private const string Books = "select new, came_and_went, difference, difference_why from wechat.daily_totals where day = '2026-05-11'";

    private static Task BooksAsync(SyncedAccount account, int newUsers, int followers) => account.Tables.ExecuteAsync(
        FormattableString.Invariant($"""
            insert into wechat.datacube_days (app_id, ref_date, new_user, cancel_user, cumulate_user, read_at) select app_id, '2026-05-11', {newUsers}, 0, {followers}, now() from wechat.accounts
            on conflict (app_id, ref_date) do update set new_user = excluded.new_user, cumulate_user = excluded.cumulate_user
            """));

    private static async Task SyncAsync(SyncedAccount account)
    {
        SyncRun run = await account.SyncAsync();
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
    }

    /// <summary>The rows as text: columns apart by a blank, null as a dash, rows apart by a semicolon.</summary>
    private static async Task<string> RowsAsync(SyncedAccount account, string sql, string zone = "UTC")
    {
        await using NpgsqlConnection connection = await account.Tables.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync($"set timezone = '{zone}'");
        IEnumerable<IDictionary<string, object?>> rows = (await connection.QueryAsync(sql)).Cast<IDictionary<string, object?>>();
        return string.Join("; ", rows.Select(row => string.Join(' ', row.Values.Select(Text))));

        static string Text(object? value) => value switch
        {
            null => "-",
            DateOnly day => FormattableString.Invariant($"{day:yyyy-MM-dd}"),
            _ => FormattableString.Invariant($"{value}"),
        };
    }
}
