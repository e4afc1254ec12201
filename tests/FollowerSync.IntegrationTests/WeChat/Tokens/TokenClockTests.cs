using FollowerSync.Languages;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.WeChat.Tokens;

/// <summary>Tokens when clocks run ahead, or were set back.</summary>
public sealed class TokenClockTests
{
    private const string Stable = "/cgi-bin/stable_token";

    private static readonly EmulatorOptions Tiny = new() { Followers = 300 };

    [Theory]
    [InlineData("3 minutes")]
    [InlineData("8 hours")]
    [InlineData("60 days")]
    public async Task A_token_replaced_in_the_future_holds_the_next_replacement_up_no_longer_than_any_other(string ahead)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string token = await account.NewTokens().GetAsync(account.NewCalls(), default);
        await account.Tables.ExecuteAsync($"update followersync.access_tokens set replaced_at = now() + interval '{ahead}'");
        account.Truth.Tokens.Invalidate();
        FollowerSync.WeChat.Calls.AccountCalls calls = account.NewCalls();

        await account.NewTokens().ReplaceAsync(calls, token, Refused(), default).WaitAsync(TimeSpan.FromSeconds(20));

        calls.Counts.Waited.ShouldBeLessThanOrEqualTo(account.Token.ReplaceInterval);
        (await account.Tables.ReadAsync<bool>("select replaced_at <= clock_timestamp() from followersync.access_tokens")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("3 minutes")]
    [InlineData("60 days")]
    public async Task A_token_fetched_in_the_future_is_asked_for_again(string ahead)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.NewTokens().GetAsync(account.NewCalls(), default);
        await account.Tables.ExecuteAsync($"update followersync.access_tokens set obtained_at = obtained_at + interval '{ahead}', expires_at = expires_at + interval '{ahead}'");

        await account.NewTokens().GetAsync(account.NewCalls(), default);

        account.Emulator.Requests.Count(Stable).ShouldBe(2);
        (await account.Tables.ReadAsync<bool>("select obtained_at <= clock_timestamp() and expires_at < now() + interval '3 hours' from followersync.access_tokens")).ShouldBeTrue();
    }

    [Fact]
    public async Task Replacements_of_the_future_are_no_fight()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.Tables.ExecuteAsync(
            $"insert into followersync.token_replacements (app_id, replaced_at, errcode) select '{account.Account.AppId}', now() + interval '8 hours' + n * interval '1 s', 40001 from generate_series(1, 5) n");

        (long replacements, Sentence? cause) = await account.NewProcess().GetRequiredService<TokenConflicts>().FindAsync(account.Account, default);

        (replacements, cause).ShouldBe((0, null));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(-8)]
    public async Task A_machine_whose_clock_is_hours_wrong_writes_no_stamp_by_it(int hours)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        WrongClock wrong = new(TimeSpan.FromHours(hours));
        IServiceProvider process = account.NewProcess(wrong);
        await process.GetRequiredService<FollowerSync.WeChat.WeChatClients>().For(account.Account).EnsureTokenAsync(default);
        await process.GetRequiredService<FollowerSync.WeChat.Quota.ApiStopStore>().RememberAsync(
            account.Account, WeChatApiException.FromCode("/cgi-bin/user/get", 40164, "invalid ip", ErrorReactions.Of(40164)), default);
        await process.GetRequiredService<FollowerSync.WeChat.Quota.ApiStopStore>().RememberAsync(
            account.Account, WeChatApiException.FromCode("/cgi-bin/user/get", 45009, "reach max api daily quota limit", ErrorReactions.Of(45009)), default);

        await account.NewTokens().GetAsync(account.NewCalls(), default);

        account.Emulator.Requests.Count(Stable).ShouldBe(1, "the token of the one is good for the other");
        (await account.Tables.ReadAsync<bool>("select expires_at - now() between interval '1 h 59 min' and interval '2 h' from followersync.access_tokens")).ShouldBeTrue();
        (await account.Tables.ReadAsync<bool>("select until - now() between interval '9 min' and interval '10 min' from followersync.api_stops where api = '*'")).ShouldBeTrue();
        (await account.Tables.ReadAsync<bool>(
            "select (until at time zone 'Asia/Shanghai')::time between '00:05' and '00:15:01' and until between now() and now() + interval '24 h 16 min' from followersync.api_stops where api <> '*'")).ShouldBeTrue();
    }

    private static WeChatApiException Refused() => WeChatApiException.FromCode("/cgi-bin/user/get", 40001, "not latest", ErrorReactions.Of(40001));

    private sealed class WrongClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
