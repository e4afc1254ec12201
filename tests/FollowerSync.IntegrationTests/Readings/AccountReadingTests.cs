using Dapper;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;
using Npgsql;

namespace FollowerSync.IntegrationTests.Readings;

/// <summary>What is read of an account beside its followers.</summary>
public sealed class AccountReadingTests
{
    [Fact]
    public async Task Names_groups_and_tags_and_shows_everybodys_tags_by_name()
    {
        await using SyncedAccount account = await StartAsync();
        await SyncAsync(account);

        (await ReadAsync<(int, string)>(account, "select tag_id, name from wechat.tags where ended_at is null order by tag_id"))
            .ShouldBe(account.Truth.Tags.Names.Select(t => (t.Key, t.Value)).Order());
        (await account.Tables.ReadAsync<string>("select name from wechat.groups where groupid = 1")).ShouldBe("黑名单");
        (await ReadAsync<(string, int, string?)>(account, "select openid, tag_id, name from wechat.follower_tags")).ShouldBe(
            account.Truth.Followers().SelectMany(f => f.TagIdList.Select(tag => (f.OpenId, tag, (string?)account.Truth.Tags.Names[tag]))), ignoreOrder: true);
    }

    [Fact]
    public async Task A_tag_that_is_renamed_deleted_or_made_again_is_told_so()
    {
        await using SyncedAccount account = await StartAsync();
        await SyncAsync(account);
        account.Truth.Tags.Rename(100, "金卡");
        account.Truth.Tags.Delete(101);
        await SyncAsync(account);
        (await ReadAsync<(string, bool)>(account, "select name, ended_at is not null from wechat.tags where tag_id in (100, 101) order by tag_id"))
            .ShouldBe([("金卡", false), ("上海门店", true)]);

        account.Truth.Tags.Rename(101, "浦东");
        await SyncAsync(account);
        (await ReadAsync<(string, bool)>(account, "select name, ended_at is not null from wechat.tags where tag_id = 101")).ShouldBe([("浦东", false)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task Flags_who_is_on_the_blacklist_whatever_the_size_of_its_pages(int pageSize)
    {
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 3_000, BlacklistPageSize = pageSize });
        string[] people = [.. account.Truth.Followers().Take(2).Select(f => f.OpenId)];
        account.Truth.Blacklist(people[0]);
        account.Truth.Blacklist(people[1], isBlacklisted: false);
        await SyncAsync(account);
        await ShouldBeFlaggedAsync(account);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.audience where blacklisted and blacklisted_at is not null")).ShouldBeGreaterThan(0);

        account.Truth.Blacklist(people[0], isBlacklisted: false);
        account.Truth.Blacklist(people[1]);
        await SyncAsync(account);
        await ShouldBeFlaggedAsync(account);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.follower_versions")).ShouldBe(0, "a flag is no version of a profile");
    }

    [Fact]
    public async Task A_blacklist_that_breaks_off_changes_no_flag()
    {
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 3_000, BlacklistPageSize = 1 });
        await SyncAsync(account);
        string before = await FlaggedAsync(account);
        account.Truth.Blacklist(account.Truth.Followers().First(f => !account.Truth.IsBlacklisted(f.OpenId)).OpenId);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = WeChatApi.Blacklist, Call = 2 });
        (await SyncAsync(account)).Status.ShouldBe(RunStatus.Succeeded);

        (await FlaggedAsync(account)).ShouldBe(before);
        (await account.Tables.ReadAsync<string>("select not_read from wechat.freshness")).ShouldContain("-1");
    }

    [Fact]
    public async Task A_blacklist_shorter_than_its_total_flags_but_frees_nobody()
    {
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 3_000 });
        await SyncAsync(account);
        string freed = account.Truth.Followers().First(f => account.Truth.IsBlacklisted(f.OpenId)).OpenId;
        string added = account.Truth.Followers().First(f => !account.Truth.IsBlacklisted(f.OpenId)).OpenId;
        account.Truth.Blacklist(freed, isBlacklisted: false);
        account.Truth.Blacklist(added);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.WrongTotal, Count = 1, Path = WeChatApi.Blacklist });
        await SyncAsync(account);

        (await FlaggedAsync(account)).ShouldContain(freed);
        (await FlaggedAsync(account)).ShouldContain(added);
        (await account.Tables.ReadAsync<string>("select not_read from wechat.freshness")).ShouldContain("blacklist");
    }

    [Fact]
    public async Task Sets_wechats_own_books_beside_the_totals_day_by_day()
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 400, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        Dictionary<DateOnly, (long New, long Left)> truth = [];
        for (int day = 0; day < 6; day++)
        {
            await SyncAsync(account, clock);
            await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(20));
            ChurnCounts moves = account.Truth.Churn(percent: 5);
            (long came, long left) = truth.GetValueOrDefault(Today());
            truth[Today()] = (came + moves.Followed + moves.Returned, left + moves.Left);
        }

        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(48));
        await SyncAsync(account, clock);

        (DateTime Day, long New, long Left, long? Difference, string? Why)[] told = await ReadAsync<(DateTime, long, long, long?, string?)>(
            account, "select day::timestamp, new_user, cancel_user, difference, difference_why from wechat.daily_totals where cumulate_user is not null and day >= (select known_day from wechat.known_days) order by day");
        told.Length.ShouldBeGreaterThan(5);
        told.ShouldAllBe(day => day.Difference == 0 && day.Why == null, "the books of the emulator are the truth");
        foreach ((DateOnly day, (long came, long left)) in truth.Where(t => told.Any(one => DateOnly.FromDateTime(one.Day) == t.Key)))
            told.Single(one => DateOnly.FromDateTime(one.Day) == day).ShouldSatisfyAllConditions(one => one.New.ShouldBe(came), one => one.Left.ShouldBe(left));

        DateOnly Today() => DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).DateTime);
    }

    [Fact]
    public async Task A_difference_from_wechats_books_is_measured_from_the_bounds_and_explained()
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 400, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account, clock);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(72));
        await SyncAsync(account, clock);
        await account.Tables.ExecuteAsync("update wechat.datacube_days set cumulate_user = cumulate_user + 7 where ref_date = (select max(ref_date) from wechat.datacube_days)");
        await account.Tables.ExecuteAsync("update wechat.datacube_days set cumulate_user = cumulate_user - 3 where ref_date = (select min(ref_date) from wechat.datacube_days)");

        (long?, string)[] told = await ReadAsync<(long?, string)>(
            account, "select difference, difference_why from wechat.daily_totals where difference <> 0 or day = (select min(ref_date) from wechat.datacube_days) order by day");
        told.Length.ShouldBe(2);
        (told[0].Item1, told[1].Item1).ShouldBe((null, 7));
        told[0].Item2.ShouldStartWith("Before the first complete run");
        told[1].Item2.ShouldStartWith("No cause is known");

        account.Truth.AddRefusedOpenId();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = WeChatApi.UserCumulate });
        await SyncAsync(account, clock);
        const string Why = "select difference_why from wechat.daily_totals where difference = 7";
        (await account.Tables.ReadAsync<string>(Why)).ShouldStartWith("No cause is known", Case.Sensitive, "the refused one came after that day");
        await account.Tables.ExecuteAsync("update followersync.rejected_openids set first_rejected_at = first_rejected_at - interval '72 hours'");
        (await account.Tables.ReadAsync<string>(Why)).ShouldStartWith("1 openids are refused");
    }

    [Fact]
    public async Task Books_corrected_within_a_week_and_days_missing_once_are_read_again()
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 200, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account, clock);
        DateTime first = await account.Tables.ReadAsync<DateTime>("select first_day::timestamp from followersync.account_readings where what = 'datacube'");
        first.ShouldBe(await account.Tables.ReadAsync<DateTime>("select min(ref_date)::timestamp from wechat.datacube_days"));
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(30));
        await SyncAsync(account, clock);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.datacube_days where corrected_at is null")).ShouldBe(37, "the gap is filled");
        await account.Tables.ExecuteAsync(
            """
            update wechat.datacube_days set cumulate_user = cumulate_user + 5 where ref_date = (select max(ref_date) - 2 from wechat.datacube_days);
            update wechat.datacube_days set new_user = null where ref_date = (select max(ref_date) - 4 from wechat.datacube_days);
            delete from wechat.datacube_days where ref_date in (select max(ref_date) - 20 from wechat.datacube_days);
            """);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(1));
        long calls = account.Emulator.Requests.Count(WeChatApi.UserCumulate);

        await SyncAsync(account, clock);

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.datacube_days where new_user is not null")).ShouldBe(38);
        (await ReadAsync<(long, bool)>(account, "select first_cumulate_user - cumulate_user, first_new_user is null and first_cancel_user is null and corrected_at = read_at from wechat.datacube_days where corrected_at is not null"))
            .ShouldBe([(5, true)]);
        (account.Emulator.Requests.Count(WeChatApi.UserCumulate) - calls).ShouldBe(2, "the week, and the week of the day that was missing");
        await SyncAsync(account, clock);
        (account.Emulator.Requests.Count(WeChatApi.UserCumulate) - calls).ShouldBe(3);
        (await account.Tables.ReadAsync<DateTime>("select first_day::timestamp from followersync.account_readings where what = 'datacube'")).ShouldBe(first);
    }

    [Fact]
    public async Task Books_the_account_may_not_read_are_null_and_said_so()
    {
        await using SyncedAccount account = await StartAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = WeChatApi.UserCumulate });
        SyncRun run = await SyncAsync(account);

        run.Status.ShouldBe(RunStatus.Succeeded);
        (await account.Tables.ReadAsync<string>(
            "select string_agg(distinct case when difference_why like '%48001%' then '48001' else left(difference_why, 15) end, ', ') from wechat.daily_totals where cumulate_user is null and difference is null and difference_why not like 'Not read yet%'"))
            .ShouldBe("48001, Never asked for");
        (await account.Tables.ReadAsync<string>("select not_read from wechat.freshness")).ShouldContain("48001");
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.api_stops")).ShouldBe(0, "it stops nothing else");
    }

    [Fact]
    public async Task The_schedule_reads_once_a_day_and_a_person_whenever_asked()
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 200, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await SyncAsync(account, clock, SyncTrigger.Schedule);
        await SyncAsync(account, clock, SyncTrigger.Schedule);
        TagCalls(account).ShouldBe(1);
        long datacube = account.Emulator.Requests.Count(WeChatApi.UserCumulate);

        await SyncAsync(account, clock, SyncTrigger.Manual);
        TagCalls(account).ShouldBe(2);
        account.Emulator.Requests.Count(WeChatApi.UserCumulate).ShouldBe(datacube + 1, "one call reads a week");

        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(25));
        await SyncAsync(account, clock, SyncTrigger.Schedule);
        TagCalls(account).ShouldBe(3);
        (await account.Tables.ReadAsync<long>($"select sum(calls)::bigint from followersync.api_usage where api = '{WeChatApi.TagsGet}'")).ShouldBe(3);
    }

    [Fact]
    public async Task What_is_not_answered_is_asked_once_and_holds_nothing_up()
    {
        await using SyncedAccount account = await StartAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Status, Status = 404, Path = WeChatApi.GroupsGet });
        (await SyncAsync(account, trigger: SyncTrigger.Schedule)).Status.ShouldBe(RunStatus.Succeeded);

        account.Emulator.Requests.Count(WeChatApi.GroupsGet).ShouldBe(1);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.tags")).ShouldBe(account.Truth.Tags.Names.Count);
        await SyncAsync(account, trigger: SyncTrigger.Schedule);
        account.Emulator.Requests.Count(WeChatApi.GroupsGet).ShouldBe(2, "no answer is no answer for the day");
        TagCalls(account).ShouldBe(1);
    }

    private static Task<SyncedAccount> StartAsync(EmulatorOptions? options = null) => SyncedAccount.StartAsync(options ?? new EmulatorOptions { Followers = 400 });

    private static long TagCalls(SyncedAccount account) => account.Emulator.Requests.Count(WeChatApi.TagsGet);

    private static async Task<SyncRun> SyncAsync(SyncedAccount account, TimeProvider? time = null, SyncTrigger trigger = SyncTrigger.Manual)
    {
        SyncRun run = await account.NewRunner().RunAsync(account.Account, trigger, progress: null, default);
        await account.NewReading(time ?? TimeProvider.System).DoAsync(account.Account, run, default);
        return run;
    }

    private static async Task ShouldBeFlaggedAsync(SyncedAccount account) => (await FlaggedAsync(account)).ShouldBe(
        string.Join(',', account.Truth.Followers().Select(f => f.OpenId).Where(account.Truth.IsBlacklisted).Order(StringComparer.Ordinal)));

    private static Task<string> FlaggedAsync(SyncedAccount account) =>
        account.Tables.ReadAsync<string>("select coalesce(string_agg(openid, ',' order by openid), '') from wechat.followers where blacklisted");

    private static async Task<T[]> ReadAsync<T>(SyncedAccount account, string sql)
    {
        await using NpgsqlConnection connection = await account.Tables.DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql)];
    }
}
