using System.Collections.Immutable;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Quota;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.WeChat.Quota;

/// <summary>Staying within the day's calls, and going on the next day.</summary>
public sealed class QuotaTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string QuotaGet = "/cgi-bin/openapi/quota/get";
    private const string UserGet = "/cgi-bin/user/get";

    [Fact]
    public async Task A_small_run_does_not_ask_for_its_quota()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000 });

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        account.Emulator.Requests.Count(QuotaGet).ShouldBe(0);
    }

    [Fact]
    public async Task A_list_too_long_for_a_day_is_read_over_several_days_with_the_reserve_kept_each_day()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions
        {
            Followers = 6_000,
            PageSize = 100,
            DailyLimits = ImmutableDictionary<string, int>.Empty.Add(UserGet, 50),
        });

        SyncRun first = await account.SyncAsync();
        first.Status.ShouldBe(RunStatus.Partial);
        first.Error!.ShouldContain("QuotaReservePercent");
        first.Unsubscribed.ShouldBe(0);
        account.Emulator.Requests.Count(UserGet).ShouldBe(40);
        first.Added.ShouldBe(4_000);

        SyncRun again = await account.SyncAsync();
        again.Status.ShouldBe(RunStatus.Partial);
        account.Emulator.Requests.Count(UserGet).ShouldBe(40);

        // The next Beijing day: WeChat's count and the ledger's begin anew.
        await account.Tables.ExecuteAsync("update followersync.api_usage set day = day - 1; update followersync.listings set started_at = started_at - interval '1 day', paused_at = paused_at - interval '1 day'");
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = QuotaGet });
        await ClearQuotaAsync(account);
        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        account.Emulator.Requests.Count(UserGet).ShouldBe(61);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Profiles_too_many_for_a_day_go_on_the_next_day_behind_the_last_one()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions
        {
            Followers = 3_000,
            PageSize = 1_000,
            DailyLimits = ImmutableDictionary<string, int>.Empty.Add(BatchGet, 2_400),
        });
        account.Sync.BatchSize = 1;
        await account.Tables.ExecuteAsync(
            $"insert into followersync.api_usage values ('{account.Account.AppId}', '{BatchGet}', (now() at time zone 'Asia/Shanghai')::date, 1500)");

        SyncRun first = await account.SyncAsync();
        first.Status.ShouldBe(RunStatus.Partial);
        account.Emulator.Requests.Count(BatchGet).ShouldBeInRange(500, 1_930);

        await account.Tables.ExecuteAsync("delete from followersync.api_usage");
        account.Sync.BatchSize = 100;
        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        next.Added.ShouldBe(3_000 - first.Added);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Whatever_WeChat_answers_instead_of_a_quota_ends_no_run()
    {
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 25);
        wechat.PageSize = 1;
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0 });
        account.WeChat.BaseAddress = wechat.Address;
        foreach ((int status, string body) in new[]
        {
            (404, "<html>"), (200, "<html>"), (200, """{"errcode":0}"""), (200, """{"errcode":-1,"errmsg":"system error"}"""),
            (200, """{"errcode":0,"errmsg":"ok","quota":{"daily_limit":0,"used":0,"remain":0}}"""),
        })
        {
            int asked = 0;
            wechat.Instead = async (context, _) =>
            {
                if (context.Request.Path != QuotaGet)
                    return false;
                asked++;
                context.Response.StatusCode = status;
                await context.Response.WriteAsync(body);
                return true;
            };

            SyncRun run = await account.SyncAsync();

            run.Status.ShouldBe(RunStatus.Succeeded, $"{status} {body}: {run.Error}");
            asked.ShouldBeGreaterThan(0);
        }

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.api_usage where told_at is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task Calls_that_were_reserved_before_midnight_and_not_made_are_taken_out_of_that_day()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0 });
        IServiceProvider process = account.NewProcess();
        CallCounts counts = new();
        (long made, DateOnly day) = await process.GetRequiredService<ApiUsageStore>().ReserveAsync(account.Account.AppId, BatchGet, 20, default);
        counts.Reserved(BatchGet, 20, day.AddDays(-1));
        counts.CountCall(BatchGet);
        counts.CountCall(UserGet);
        await account.Tables.ExecuteAsync("update followersync.api_usage set day = day - 1");

        await process.GetRequiredService<WeChatClients>().KeepLedgerAsync(account.Account, counts, default);

        made.ShouldBe(0);
        (await account.Tables.ReadAsync<string>("select string_agg((now() at time zone 'Asia/Shanghai')::date - day || ' ' || api || ' ' || calls, ', ' order by day) from followersync.api_usage"))
            .ShouldBe($"1 {BatchGet} 1, 0 {UserGet} 1");
        counts.Unsettled.ShouldBeEmpty();
    }

    private static async Task ClearQuotaAsync(SyncedAccount account)
    {
        using var http = new HttpClient();
        string token = account.Truth.Tokens.Stable!;
        using var body = new StringContent($$"""{"appid":"{{account.Account.AppId}}"}""");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(account.Emulator.BaseAddress, "/cgi-bin/clear_quota?access_token=" + token), body);
        answer.EnsureSuccessStatusCode();
    }
}
