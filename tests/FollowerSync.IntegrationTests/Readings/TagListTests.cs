using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat.Errors;
using Npgsql;

namespace FollowerSync.IntegrationTests.Readings;

/// <summary>Everybody's tags, read as lists while profiles rotate.</summary>
public sealed class TagListTests
{
    private const int Vip = 100;
    private const int Shanghai = 101;
    private const int Beijing = 102;

    private const string TagsSql =
        "select coalesce(string_agg(openid || '=' || tagid_list::text, ' ' order by openid), '') from (select openid, array(select t from unnest(tagid_list) t order by t) as tagid_list from wechat.followers where subscribe) f";

    private const string NotReadSql = "select coalesce(not_read, '') from wechat.freshness";

    [Fact]
    public async Task Everybodys_tags_equal_the_truth_after_a_night_that_asks_for_no_profile()
    {
        await using SyncedAccount account = await StartAsync();
        EmulatedFollower[] people = [.. account.Truth.Followers()];
        for (int i = 0; i < 300; i++)
            account.Truth.SetProfile(people[i].OpenId, f => f with { TagIdList = i % 3 == 0 ? [] : i % 3 == 1 ? [Vip] : [Beijing, 2, Shanghai] });
        account.Emulator.Requests.Clear();

        (await SyncAsync(account)).Status.ShouldBe(RunStatus.Succeeded);

        account.Emulator.Requests.Count(WeChatApi.BatchGet).ShouldBeLessThanOrEqualTo(1, "the slice of some seconds is a person");
        await ShouldEqualTruthAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.tags where list_read_at is null")).ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select (select count(*) from followersync.tag_openids) + (select count(*) from followersync.tag_differences)")).ShouldBe(0);
        (await account.Tables.ReadAsync<string>($"select tagid_list::text from wechat.followers where openid = '{people[2].OpenId}'")).ShouldBe("{2,101,102}");
    }

    [Fact]
    public async Task A_change_is_one_version_of_the_person_and_lists_or_profiles_that_say_the_same_are_none()
    {
        await using SyncedAccount account = await StartAsync();
        EmulatedFollower person = account.Truth.Followers().First(f => f.TagIdList.Count == 1);
        account.Truth.SetProfile(person.OpenId, f => f with { TagIdList = [Shanghai, Vip, 2] });
        await SyncAsync(account);
        await SyncAsync(account);

        (await account.Tables.ReadAsync<string>("select string_agg(openid || replaced::text || tagid_list::text, ' ') from wechat.follower_versions"))
            .ShouldBe($"{person.OpenId}{{tagid_list}}{{{person.TagIdList[0]}}}");

        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        SyncRun full = await SyncAsync(account);
        (full.Changed, full.Unchanged).ShouldBe((0, 2_000));
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.follower_versions")).ShouldBe(1, "another order of the same tags is no change");

        account.Truth.SetProfile(person.OpenId, f => f with { Remark = "met in May", TagIdList = [Vip] });
        (await SyncAsync(account)).Changed.ShouldBe(1, "the profile is compared, though a list wrote the row last");
        await ShouldEqualTruthAsync(account);
    }

    [Theory]
    [InlineData(FaultKind.EmptyPage, 1)]
    [InlineData(FaultKind.EndEarly, 1)]
    [InlineData(FaultKind.RepeatCursor, 2)]
    [InlineData(FaultKind.LostCursor, 1)]
    [InlineData(FaultKind.ErrCode, 2)]
    public async Task A_list_that_breaks_off_changes_nobodys_tag_and_is_named_while_the_others_are_merged(FaultKind fault, int call)
    {
        await using SyncedAccount account = await StartAsync();
        string before = await account.Tables.ReadAsync<string>(TagsSql);
        EmulatedFollower[] vips = [.. account.Truth.Followers().Where(f => f.TagIdList.Contains(Vip)).Take(3)];
        account.Emulator.Faults.Add(new FaultRule
        {
            Fault = fault,
            ErrCode = fault == FaultKind.ErrCode ? 47001 : null,
            Path = WeChatApi.TagGet,
            Call = fault is FaultKind.LostCursor ? null : call,
        });
        account.Sync.BatchesInFlight = 1;
        foreach (EmulatedFollower person in vips)
            account.Truth.SetProfile(person.OpenId, f => f with { TagIdList = [] });

        SyncRun run = await SyncAsync(account);

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        string told = await account.Tables.ReadAsync<string>(NotReadSql);
        told.ShouldContain("tag_lists");
        told.ShouldContain("were read as lists");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where not subscribe")).ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.tag_openids")).ShouldBe(0);
        if (fault == FaultKind.LostCursor)
            (await account.Tables.ReadAsync<string>(TagsSql)).ShouldBe(before, "every list of more than a page lost its cursor");
        await account.Tables.ExecuteAsync("update followersync.account_readings set next_at = now()");
        account.Emulator.Faults.Clear();
        await SyncAsync(account);
        await ShouldEqualTruthAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again_and_one_that_lasts_ends_the_reading()
    {
        await using SyncedAccount account = await StartAsync();
        account.Truth.Churn(percent: 20);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.CutBody, Path = WeChatApi.TagGet, Call = 2 });
        await SyncAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();
        await ShouldEqualTruthAsync(account);

        account.Sync.BatchesInFlight = 1;
        account.Emulator.Requests.Clear();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.CutBody, Path = WeChatApi.TagGet });
        await SyncAsync(account);
        account.Emulator.Requests.Count(WeChatApi.TagGet).ShouldBe(3 * (1 + account.WeChat.Retries), "three tags, not all of them");
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldContain("tag_lists: No usable answer");
        await ShouldEqualTruthAsync(account);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public async Task Lists_that_disagree_with_the_counts_change_nobody(int error)
    {
        await using SyncedAccount account = await StartAsync();
        string before = await account.Tables.ReadAsync<string>(TagsSql);
        account.Truth.SetProfile(account.Truth.Followers().First().OpenId, f => f with { TagIdList = [Vip, Beijing] });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.WrongTotal, Count = error, Path = WeChatApi.TagsGet });
        await SyncAsync(account);

        (await account.Tables.ReadAsync<string>(TagsSql)).ShouldBe(before);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldContain("different people, but WeChat said");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.tags where list_read_at > (select max(started_at) from wechat.sync_runs)")).ShouldBe(0);
    }

    [Theory]
    [InlineData(48001, 1)]
    [InlineData(45009, 1)]
    [InlineData(45009, 6)]
    public async Task Without_permission_or_quota_nothing_is_half_said_and_no_call_is_wasted(int code, int call)
    {
        await using SyncedAccount account = await StartAsync();
        account.Sync.BatchesInFlight = 1;
        account.Truth.Churn(percent: 20);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = code, Path = WeChatApi.TagGet, Call = call });
        account.Emulator.Requests.Clear();
        (await SyncAsync(account)).Status.ShouldBe(RunStatus.Succeeded);

        account.Emulator.Requests.Count(WeChatApi.TagGet).ShouldBe(call);
        string told = await account.Tables.ReadAsync<string>(NotReadSql);
        told.ShouldContain(call == 1 ? $"{code}" : "not asked for");
        long read = await account.Tables.ReadAsync<long>("select count(*) from wechat.tags where list_read_at > (select max(started_at) from wechat.sync_runs)");
        read.ShouldBe(call == 1 ? 0 : (call - 1) / 3, "a page, a half one and the empty one behind them, a tag");

        account.Emulator.Faults.Clear();
        await SyncAsync(account, SyncTrigger.Schedule);
        account.Emulator.Requests.Count(WeChatApi.TagGet).ShouldBe(call, "an answer is one for the day");
        await SyncAsync(account);
        await ShouldEqualTruthAsync(account);
    }

    [Fact]
    public async Task Who_does_not_follow_or_is_not_stored_is_left_alone_whatever_a_list_names()
    {
        await using SyncedAccount account = await StartAsync();
        EmulatedFollower[] tagged = [.. account.Truth.Followers().Where(f => f.TagIdList.Contains(Vip)).Take(2)];
        await account.Tables.ExecuteAsync($"update wechat.followers set subscribe = false, tagid_list = '{{}}', unfollowed_before = now(), unfollow_source = 'answer' where openid = '{tagged[0].OpenId}'");
        await account.Tables.ExecuteAsync($"delete from wechat.followers where openid = '{tagged[1].OpenId}'");
        SyncRun run = await account.Runs.LastRunsAsync(account.Truth.AppId, 1, default) is [{ } last, ..] ? last : throw new InvalidOperationException();
        await account.NewReading(TimeProvider.System).DoAsync(account.Account, run, default);

        (await account.Tables.ReadAsync<string>($"select subscribe::text || tagid_list::text from wechat.followers where openid = '{tagged[0].OpenId}'")).ShouldBe("false{}");
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.followers where openid = '{tagged[1].OpenId}'")).ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.unfollow_candidates")).ShouldBe(0);
    }

    [Fact]
    public async Task A_deleted_tag_is_taken_from_everybody_once_and_profiles_are_believed_after_that()
    {
        await using SyncedAccount account = await StartAsync();
        account.Truth.Tags.Delete(Vip);
        await SyncAsync(account);
        (await CountAsync(account, Vip)).ShouldBe(0);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();

        EmulatedFollower person = account.Truth.Followers().First(f => f.TagIdList.Contains(Vip));
        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        await SyncAsync(account);
        (await CountAsync(account, Vip)).ShouldBeGreaterThan(0, "profiles still tell its number");
        await SyncAsync(account);
        (await CountAsync(account, Vip)).ShouldBeGreaterThan(0);
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.follower_versions where openid = '{person.OpenId}'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_tag_that_nobody_named_stays_with_those_who_have_it()
    {
        await using SyncedAccount account = await StartAsync();
        EmulatedFollower person = account.Truth.Followers().First();
        account.Truth.SetProfile(person.OpenId, f => f with { TagIdList = [7, Beijing] });
        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        await SyncAsync(account);
        account.Sync.ProfileRefresh = ProfileRefresh.Rotate;
        account.Truth.SetProfile(person.OpenId, f => f with { TagIdList = [7, Vip] });
        await SyncAsync(account);

        (await account.Tables.ReadAsync<string>($"select tagid_list::text from wechat.followers where openid = '{person.OpenId}'")).ShouldBe("{7,100}");
    }

    [Fact]
    public async Task People_who_leave_while_the_lists_are_read_are_no_reason_to_doubt_them()
    {
        await using SyncedAccount account = await StartAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.PeopleLeave, Count = 3, Path = WeChatApi.TagGet });
        await SyncAsync(account);

        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where not subscribe")).ShouldBe(0, "a list of a tag decides about no follow");
    }

    [Fact]
    public async Task A_tag_that_is_lost_by_leaving_does_not_say_that_the_person_follows()
    {
        await using SyncedAccount account = await StartAsync();
        string[] tagged = [.. account.Truth.Followers().Where(f => f.TagIdList.Contains(Vip)).Take(2).Select(f => f.OpenId)];
        account.Truth.Unfollow(tagged[0]);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = WeChatApi.UserGet, Page = 3 });
        SyncRun paused = await SyncAsync(account);
        paused.Status.ShouldBe(RunStatus.Partial, paused.Error);
        (await HasTagAsync(tagged[0])).ShouldBeFalse("the lists of tags are read beside the round that waits");
        account.Emulator.Faults.Clear();
        SyncRun next = await account.SyncAsync();

        (next.Status, next.Unsubscribed, next.ListingId).ShouldBe((RunStatus.Succeeded, 1, paused.ListingId), next.Error);

        DateTimeOffset left = await account.Tables.ReadAsync<DateTime>("select clock_timestamp()");
        account.Truth.Unfollow(tagged[1]);
        await account.NewReading(TimeProvider.System).DoAsync(account.Account, next, default);
        (await HasTagAsync(tagged[1])).ShouldBeFalse();
        (await account.SyncAsync()).Unsubscribed.ShouldBe(1);
        (await account.Tables.ReadAsync<DateTime>($"select unfollowed_after from wechat.followers where openid = '{tagged[1]}'")).ShouldBeLessThanOrEqualTo(left.UtcDateTime);

        Task<bool> HasTagAsync(string openId) => account.Tables.ReadAsync<bool>($"select {Vip} = any(tagid_list) from wechat.followers where openid = '{openId}'");
    }

    [Fact]
    public async Task By_default_lists_are_read_when_profiles_rotate_and_who_turns_them_off_misses_nothing()
    {
        await using SyncedAccount account = await StartAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = WeChatApi.TagGet });
        await SyncAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldContain("48001");
        account.Sync.TagLists = TagLists.Off;
        await SyncAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();

        account.Sync.TagLists = TagLists.Auto;
        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        account.Emulator.Requests.Clear();
        await SyncAsync(account);
        account.Emulator.Requests.Count(WeChatApi.TagGet).ShouldBe(0);
        account.Sync.TagLists = TagLists.On;
        await SyncAsync(account);
        account.Emulator.Requests.Count(WeChatApi.TagGet).ShouldBeInRange(1, account.Sync.BatchesInFlight, "those under way at once");
    }

    /// <summary>A crash ends all sessions and empties the unlogged tables; what was under way is repeated then.</summary>
    [Fact]
    public async Task A_crash_when_lists_are_judged_takes_no_tag_from_anybody()
    {
        await using SyncedAccount account = await StartAsync();
        SyncRun run = await account.SyncAsync();
        string before = await account.Tables.ReadAsync<string>(TagsSql);
        await using NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction lockOfDays = await other.BeginTransactionAsync();
        await using NpgsqlCommand take = new("lock table followersync.counted_facts in share mode", other, lockOfDays);
        await take.ExecuteNonQueryAsync();

        Task reading = account.NewReading(TimeProvider.System).DoAsync(account.Account, run, default);
        const string Waiting = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        (await Until.IsTrueAsync(() => account.Tables.ReadAsync<bool>($"select exists (select {Waiting})"), TimeSpan.FromSeconds(30))).ShouldBeTrue();
        await account.Tables.ExecuteAsync($"delete from followersync.tag_openids; select pg_terminate_backend(pid) {Waiting}");
        await lockOfDays.RollbackAsync();
        await reading;

        (await account.Tables.ReadAsync<string>(TagsSql)).ShouldBe(before);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldContain("PostgreSQL crashed while its list was read");
    }

    [Fact]
    public async Task A_crash_while_what_lists_tell_is_stored_leaves_no_list_as_read()
    {
        const string ReadSql = "select string_agg(concat_ws(' ', tag_id, list_read_at), ',' order by tag_id) from wechat.tags";
        await using SyncedAccount account = await StartAsync();
        string read = await account.Tables.ReadAsync<string>(ReadSql);
        foreach (EmulatedFollower person in account.Truth.Followers().Take(300).ToArray())
            account.Truth.SetProfile(person.OpenId, f => f with { TagIdList = f.TagIdList.Contains(Vip) ? [Beijing] : [Vip] });
        await account.Tables.ExecuteAsync(
            """
            create function public.crash() returns trigger language plpgsql as $$ begin delete from followersync.tag_differences; return null; end $$;
            create trigger crash after update on wechat.followers for each statement execute function public.crash();
            """);

        await SyncAsync(account);

        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldContain("PostgreSQL crashed while what the lists tell was stored");
        (await account.Tables.ReadAsync<string>(ReadSql)).ShouldBe(read);
        await account.Tables.ExecuteAsync("drop trigger crash on wechat.followers");
        await SyncAsync(account);
        await ShouldEqualTruthAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();
    }

    /// <summary>Everybody is stored, and the lists were read.</summary>
    private static async Task<SyncedAccount> StartAsync()
    {
        SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 2_000, PageSize = 150 });
        account.Sync.ProfileRefresh = ProfileRefresh.Rotate;
        account.Sync.MergeSize = 100;
        await account.SyncAsync();
        await account.SyncAsync();
        await SyncAsync(account);
        (await account.Tables.ReadAsync<string>(NotReadSql)).ShouldBeEmpty();
        return account;
    }

    private static async Task<SyncRun> SyncAsync(SyncedAccount account, SyncTrigger trigger = SyncTrigger.Manual)
    {
        SyncRun run = await account.NewRunner().RunAsync(account.Account, trigger, progress: null, default);
        await account.NewReading(TimeProvider.System).DoAsync(account.Account, run, default);
        return run;
    }

    private static async Task ShouldEqualTruthAsync(SyncedAccount account) => (await account.Tables.ReadAsync<string>(TagsSql)).ShouldBe(
        string.Join(' ', account.Truth.Followers().OrderBy(f => f.OpenId, StringComparer.Ordinal).Select(f => $"{f.OpenId}={{{string.Join(',', f.TagIdList.Order())}}}")));

    private static Task<long> CountAsync(SyncedAccount account, int tag) =>
        account.Tables.ReadAsync<long>($"select count(*) from wechat.followers where {tag} = any(tagid_list)");
}
