using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>WeChat counts otherwise than it lists, for good: after several lists alike the mirror is complete, and still nobody is gone by the list alone.</summary>
public sealed class LastingDifferenceTests
{
    [Theory]
    [InlineData(37, "WeChat counts 37 more people than its list names")]
    [InlineData(-37, "WeChat's list names 37 more people than it counts")]
    public async Task The_same_difference_in_three_lists_is_no_short_list(int difference, string said)
    {
        await using StandInWeChat wechat = await StartWeChatAsync();
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Unlisted = difference;

        SyncRun first = await account.SyncAsync();
        SyncRun second = await account.SyncAsync();
        SyncRun third = await account.SyncAsync();
        SyncRun fourth = await account.SyncAsync();

        (first.Status, second.Status).ShouldBe((RunStatus.Partial, RunStatus.Partial));
        first.Error!.ShouldContain("3 lists differ alike");
        (third.Status, fourth.Status).ShouldBe((RunStatus.Succeeded, RunStatus.Succeeded), third.Error);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.audience")).ShouldBe(250);
        (await account.Runs.FindAsync(fourth.RunId, default))!.Note!.ShouldContain($"{said}, in the last 4 lists alike");
        (await account.Tables.ReadAsync<string>("select why from wechat.freshness")).ShouldContain(said);
        account.Log.Lines.Count(line => line.Contains(said, StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Who_is_missing_from_such_a_list_is_gone_only_when_WeChat_says_so_of_that_person_alone()
    {
        await using StandInWeChat wechat = await StartWeChatAsync();
        await using SyncedAccount account = await StartAsync(wechat);
        await account.SyncAsync();
        wechat.Unlisted = 37;
        await account.SyncAsync();
        await account.SyncAsync();
        string[] people = [.. wechat.Listed.Take(3)];
        wechat.Listed.RemoveRange(0, 3);
        wechat.Gone.Add(people[0]);
        int askedSingly = 0;
        wechat.Instead = async (context, body) =>
        {
            string path = context.Request.Path.Value!;
            if (path.EndsWith("/user/info", StringComparison.Ordinal))
                askedSingly++;

            // The answer for many denies two who follow.
            if (!path.EndsWith("batchget", StringComparison.Ordinal))
                return false;
            foreach (string denied in people[1..])
                body = body.Replace($"\"subscribe\":1,\"openid\":\"{denied}\"", $"\"subscribe\":0,\"openid\":\"{denied}\"", StringComparison.Ordinal);
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
            return true;
        };

        SyncRun run = await account.SyncAsync();

        (run.Status, run.Unsubscribed).ShouldBe((RunStatus.Succeeded, 1), run.Error);
        askedSingly.ShouldBe(3);
        (await account.Tables.ReadAsync<string>("select openid from wechat.followers where not subscribe")).ShouldBe(people[0]);
        (await account.Tables.ReadAsync<string>("select unfollow_source from wechat.followers where not subscribe")).ShouldBe("answer");
    }

    [Fact]
    public async Task Differences_that_are_not_alike_stay_short_lists()
    {
        await using StandInWeChat wechat = await StartWeChatAsync();
        await using SyncedAccount account = await StartAsync(wechat);

        foreach (int difference in (int[])[100, 37, 100, 200, -100, 100])
        {
            wechat.Unlisted = difference;
            SyncRun run = await account.SyncAsync();
            (run.Status, run.Note).ShouldBe((RunStatus.Partial, null));
        }
    }

    [Fact]
    public async Task A_list_that_lacks_several_who_follow_and_must_lack_more_is_short_however_often()
    {
        await using StandInWeChat wechat = await StartWeChatAsync();
        await using SyncedAccount account = await StartAsync(wechat);
        await account.SyncAsync();
        wechat.Listed.RemoveRange(100, 150);
        wechat.Unlisted = 400;

        for (int i = 0; i < 4; i++)
        {
            SyncRun run = await account.SyncAsync();
            (run.Status, run.Unsubscribed).ShouldBe((RunStatus.Partial, 0));
        }

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(250);
    }

    [Fact]
    public async Task When_the_difference_is_gone_the_list_is_a_witness_again()
    {
        await using StandInWeChat wechat = await StartWeChatAsync();
        await using SyncedAccount account = await StartAsync(wechat);
        wechat.Unlisted = 37;
        for (int i = 0; i < 3; i++)
            await account.SyncAsync();
        wechat.Unlisted = 0;
        wechat.Gone.Add(wechat.Listed[0]);
        wechat.Listed.RemoveAt(0);

        SyncRun run = await account.SyncAsync();

        (run.Status, run.Unsubscribed, run.Note).ShouldBe((RunStatus.Succeeded, 1, null), run.Error);
        (await account.Tables.ReadAsync<string>("select unfollow_source from wechat.followers where not subscribe")).ShouldBe("listing");
    }

    private static async Task<StandInWeChat> StartWeChatAsync()
    {
        StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 250);
        wechat.Fields = openId => $$""","subscribe_time":1700000000,"unionid":"u{{openId}}" """;
        return wechat;
    }

    private static Task<SyncedAccount> StartAsync(StandInWeChat wechat) =>
        SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0 }, options => options.BaseAddress = wechat.Address);
}
