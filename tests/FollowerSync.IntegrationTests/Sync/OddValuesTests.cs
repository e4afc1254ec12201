using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>Values and openids that no account has: whoever has one harms nobody else, and nothing known is lost by it.</summary>
public sealed class OddValuesTests
{
    private const string Known =
        ""","nickname":"甲","sex":1,"language":"zh_CN","city":"Rome","province":"Lazio","country":"Italy","headimgurl":"http://p/1","subscribe_time":1700000000,"unionid":"oUnion-1","remark":"vip","groupid":3,"tagid_list":[2,9],"subscribe_scene":"ADD_SCENE_SEARCH","qr_scene":77,"qr_scene_str":"shop" """;

    private const string Unreadable =
        ""","nickname":{},"sex":7,"language":"LONG","city":[1],"province":true,"country":null,"headimgurl":{"a":1},"subscribe_time":1700000000000,"unionid":"o inner blank","remark":[],"groupid":null,"tagid_list":[2,"x"],"subscribe_scene":false,"qr_scene":4294967296,"qr_scene_str":{} """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_cannot_be_read_erases_nothing_known(bool keepKnownValues)
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 3);
        await using SyncedAccount account = await StartAsync(wechat);
        account.Sync.KeepKnownValues = keepKnownValues;
        wechat.Fields = openId => Known.Replace("oUnion-1", "u" + openId, StringComparison.Ordinal);
        await account.SyncAsync();
        string before = await account.Tables.ReadAsync<string>("select string_agg(f::text, ';' order by openid) from wechat.followers f");

        wechat.Fields = _ => Unreadable.Replace("LONG", new string('x', 10_000), StringComparison.Ordinal);
        SyncRun run = await account.SyncAsync();

        (run.Status, run.Changed).ShouldBe((RunStatus.Succeeded, 0), run.Error);
        (await account.Tables.ReadAsync<string>("select string_agg(f::text, ';' order by openid) from wechat.followers f")).ShouldBe(before);
    }

    [Fact]
    public async Task Values_that_cannot_be_read_are_told_once_a_run_by_column_and_without_the_value()
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 250);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Fields = _ => ""","sex":7777,"subscribe_time":1700000000,"subscribe_scene":"ADD_SCENE_SEARCH","qr_scene":"yes" """;

        await account.SyncAsync();
        await account.SyncAsync();

        string[] told = [.. account.Log.Lines.Where(line => line.Contains("cannot be read", StringComparison.Ordinal))];
        told.Length.ShouldBe(2);
        told.ShouldAllBe(line => line.Contains("qr_scene 250, sex 250") && !line.Contains("7777"));
    }

    [Theory]
    [InlineData("LONG")]
    [InlineData("SIXTYFIVE")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("o\\u0000abc")]
    [InlineData("o\\ud800abc")]
    [InlineData("o abc")]
    [InlineData("o\\nabc")]
    [InlineData("o\\u0007abc")]
    [InlineData("中文")]
    public async Task An_impossible_openid_in_the_list_stops_nobody(string odd)
    {
        odd = odd.Replace("LONG", new string('o', 5_000), StringComparison.Ordinal).Replace("SIXTYFIVE", new string('o', 65), StringComparison.Ordinal);
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 250);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.PageSize = 100;
        wechat.Fields = openId => $$""","subscribe_time":1700000000,"unionid":"u{{openId}}" """;

        // First, in the middle, at the end of a page, where it is the cursor, and at the end of all.
        string another = odd.Trim().Length == 0 ? "" : "x";
        wechat.Listed.Insert(0, odd);
        wechat.Listed.Insert(99, odd + another);
        wechat.Listed.Insert(150, odd + another + another);
        wechat.Listed.Add(odd + another + another + another);

        SyncRun first = await account.SyncAsync();
        SyncRun second = await account.SyncAsync();

        (first.Status, second.Status).ShouldBe((RunStatus.Succeeded, RunStatus.Succeeded), $"{first.Error}{second.Error}");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(250);
        wechat.Asked.ShouldBe(500, "the impossible one is never asked for");
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.rejected_openids where next_attempt_at = 'infinity' and errmsg like '%cannot be an openid%'"))
            .ShouldBe(odd.Trim().Length == 0 ? 0 : 4);
    }

    /// <summary>Believed, it makes a leave and a return that never were, and a leaver of the year 2096 is never anonymised.</summary>
    [Fact]
    public async Task A_time_of_the_future_tells_of_no_return_and_of_no_leave_of_the_future()
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 2);
        await using SyncedAccount account = await StartAsync(wechat);
        (string anna, string bert) = (wechat.Listed[0], wechat.Listed[1]);
        foreach (long answered in new long[] { 1_700_000_000, 4_000_000_000, 1_700_000_000 })
        {
            wechat.Fields = openId => $$""","subscribe_time":{{(openId == anna ? answered : 4_000_000_000)}} """;
            await account.SyncAsync();
        }

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.past_episodes")).ShouldBe(0);
        (await account.Tables.ReadAsync<bool>($"select subscribe_time = to_timestamp(1700000000) and first_followed_at is null from wechat.followers where openid = '{anna}'")).ShouldBeTrue();
        wechat.Gone.Add(bert);
        wechat.Listed.Remove(bert);
        await account.SyncAsync();
        (await account.Tables.ReadAsync<bool>($"select not subscribe and subscribe_time is null and unfollowed_before <= now() from wechat.followers where openid = '{bert}'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Impossible_openids_count_in_the_list_so_that_it_is_complete()
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 250);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Fields = _ => ""","subscribe_time":1700000000 """;
        wechat.Listed.AddRange(Enumerable.Range(0, 60).Select(i => new string('o', 100 + i)));

        SyncRun run = await account.SyncAsync();

        (run.Status, run.Listed, run.Rejected).ShouldBe((RunStatus.Succeeded, 310, 60), run.Error);
    }

    [Fact]
    public async Task Blanks_around_identifiers_do_not_count_and_openids_that_differ_by_case_are_two_people()
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 0);
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Listed.AddRange([" oBlank", "oCase", "ocase"]);
        wechat.Fields = openId => $$""","subscribe_time":1700000000,"unionid":" u{{openId}} " """;

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<string>("select string_agg(openid || '=' || unionid, ',' order by openid) from wechat.followers"))
            .ShouldBe("oBlank=uoBlank,oCase=uoCase,ocase=uocase");
    }

    private static Task<SyncedAccount> StartAsync(StandInWeChat wechat) =>
        SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0 }, options => options.BaseAddress = wechat.Address);
}
