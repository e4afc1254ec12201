using System.Net;
using FollowerSync.Accounts;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Settings;
using FollowerSync.Sharing;
using FollowerSync.WeChat.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Sharing;

/// <summary>Programs of others that ask for tokens by HTTP, on real sockets.</summary>
public sealed class TokenServiceTests
{
    private const string Classic = "/cgi-bin/token";
    private const string Shop = "bearer-of-the-shop-0123456789abcdef";
    private const string Desk = "bearer-of-the-desk-0123456789abcdef";

    private static readonly EmulatorOptions Tiny = new() { Followers = 100 };

    [Fact]
    public async Task Three_clients_of_two_workers_cause_one_fetch_an_expiry()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using SyncedAccount account = await StartAsync(new EmulatorOptions { Followers = 100, TimeProvider = time });
        await using InnerServer one = await InnerServer.StartAsync(account);
        await using InnerServer two = await InnerServer.StartAsync(account);

        for (int expiry = 1; expiry <= 10; expiry++)
        {
            InnerServer[] workers = [one, two, one, two, one, two];
            string[] tokens = await Task.WhenAll(workers.Select(worker => worker.GetTokenAsync(Shop, account.Account.AppId)));

            tokens.Distinct().ShouldHaveSingleItem().ShouldBe(account.Truth.Tokens.Classic);
            account.Emulator.Requests.Count(Classic).ShouldBe(expiry);
            await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = obtained_at - interval '2 hours', expires_at = expires_at - interval '2 hours'");
            time.Advance(TimeSpan.FromHours(2));
        }
    }

    [Fact]
    public async Task A_token_given_out_while_its_client_hangs_up_is_kept_for_the_next_one()
    {
        using CancellationTokenSource leaving = new();
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 1);
        await using SyncedAccount account = await StartAsync(Tiny);
        account.WeChat.BaseAddress = wechat.Address;
        int given = 0;
        wechat.Instead = async (context, _) =>
        {
            int number = Interlocked.Increment(ref given);
            await leaving.CancelAsync();
            // Longer than a call has that is stopped.
            await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await context.Response.WriteAsync($$"""{"access_token":"token-{{number}}-of-the-tests","expires_in":7200}""");
            return true;
        };
        await using InnerServer server = await InnerServer.StartAsync(account);

        await Should.ThrowAsync<OperationCanceledException>(() => server.GetAsync(Shop, account.Account.AppId, cancellationToken: leaving.Token));

        (await server.GetTokenAsync(Shop, account.Account.AppId)).ShouldBe("token-1-of-the-tests");
    }

    [Fact]
    public async Task Nobody_without_a_known_bearer_gets_a_token_and_a_client_gets_its_own_accounts_alone()
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        account.WeChat.Accounts.Add(new AccountOptions { Name = "Other", AppId = "wx00000000000000ff", AppSecret = "another-secret-of-the-tests" });
        account.Token.Service.Clients.Add(new TokenClientOptions { Name = "desk", Bearer = Desk, Accounts = ["Other"] });
        await using InnerServer server = await InnerServer.StartAsync(account);
        string appId = account.Account.AppId;

        foreach (string? bearer in new[] { null, "", "x", Shop[..^1], Shop + "x", Shop.ToUpperInvariant(), "ünïcode-ünïcode-ünïcode-ünïcode-ünïcode"[..2] + Shop })
            (await StatusAsync(server.GetAsync(string.IsNullOrEmpty(bearer) ? null : Uri.EscapeDataString(bearer), appId))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(server.GetAsync(Desk, appId))).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(server.RefuseAsync(Desk, appId, "a-token"))).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(server.GetAsync(Shop, "wx00000000000000aa"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(server.GetAsync(Shop, appId, host: "evil.example"))).ShouldBe(HttpStatusCode.BadRequest);
        using HttpResponseMessage answer = await server.GetAsync(Shop, appId);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        account.Emulator.Requests.Count(Classic).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_refused_to_several_clients_is_replaced_once()
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        await using InnerServer one = await InnerServer.StartAsync(account);
        await using InnerServer two = await InnerServer.StartAsync(account);
        string appId = account.Account.AppId;
        string first = await one.GetTokenAsync(Shop, appId);
        (await two.GetTokenAsync(Shop, appId)).ShouldBe(first);
        account.Truth.Tokens.Invalidate();

        string[] replaced = await Task.WhenAll(new[] { one, two, one, two }.Select(async server => await TokenAsync(server.RefuseAsync(Shop, appId, first + "\n"))));

        replaced.Distinct().ShouldHaveSingleItem().ShouldNotBe(first);
        (await one.GetTokenAsync(Shop, appId)).ShouldBe(replaced[0]);
        (await two.GetTokenAsync(Shop, appId)).ShouldBe(replaced[0]);
        account.Emulator.Requests.Count(Classic).ShouldBe(2);
        (await account.Tables.ReadAsync<int>("select errcode from followersync.token_replacements")).ShouldBe(40001);
    }

    [Fact]
    public async Task An_old_or_a_foreign_token_that_is_refused_replaces_nothing()
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        await using InnerServer server = await InnerServer.StartAsync(account);
        string token = await server.GetTokenAsync(Shop, account.Account.AppId);

        (await TokenAsync(server.RefuseAsync(Shop, account.Account.AppId, "a-token-of-last-week=="))).ShouldBe(token);

        account.Emulator.Requests.Count(Classic).ShouldBe(1);
    }

    [Fact]
    public async Task Who_refuses_every_token_at_once_is_told_to_come_again_and_holds_up_nobody()
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        account.Token.ReplaceInterval = TimeSpan.FromMinutes(1);
        await using InnerServer server = await InnerServer.StartAsync(account);
        string appId = account.Account.AppId;
        string second = await TokenAsync(server.RefuseAsync(Shop, appId, await server.GetTokenAsync(Shop, appId)));

        using HttpResponseMessage answer = await server.RefuseAsync(Shop, appId, second);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await server.GetTokenAsync(Shop, appId)).ShouldBe(second);
        account.Emulator.Requests.Count(Classic).ShouldBe(2);
    }

    [Fact]
    public async Task Who_calls_every_token_refused_all_day_does_not_spend_the_day_s_calls()
    {
        const int MinutesADay = 24 * 60;
        await using SyncedAccount account = await StartAsync(Tiny);
        account.Token.ReplaceInterval = TimeSpan.Zero;
        await using InnerServer server = await InnerServer.StartAsync(account);
        string appId = account.Account.AppId;

        // Once a minute, as fast as the interval between two replacements lets it.
        for (int minute = 0; minute < MinutesADay; minute++)
        {
            await StatusAsync(server.RefuseAsync(Shop, appId, await server.GetTokenAsync(Shop, appId)));
            await account.Tables.ExecuteAsync("update followersync.token_replacements set replaced_at = replaced_at - interval '1 minute'");
        }

        account.Emulator.Requests.Count(Classic).ShouldBeInRange(24, 260);
        account.Truth.Tokens.Invalidate();
        await account.Tables.ExecuteAsync("update followersync.token_replacements set replaced_at = replaced_at - interval '1 hour'");
        (await TokenAsync(server.RefuseAsync(Shop, appId, await server.GetTokenAsync(Shop, appId)))).ShouldBe(account.Truth.Tokens.Classic);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadRequest)]
    [InlineData(2_049, HttpStatusCode.BadRequest)]
    [InlineData(5_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(100_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_that_is_no_token_is_refused(int length, HttpStatusCode expected)
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        await using InnerServer server = await InnerServer.StartAsync(account);

        (await StatusAsync(server.RefuseAsync(Shop, account.Account.AppId, new string('x', length)))).ShouldBe(expected);
        (await StatusAsync(server.RefuseAsync(Shop, account.Account.AppId, "two words"))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(server.RefuseAsync(Shop, account.Account.AppId, """{"access_token":"x"}"""))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(server.RefuseAsync(Shop, account.Account.AppId, "\"x\""))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(server.RefuseAsync(Shop, account.Account.AppId, "token=91_abc"))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(server.RefuseAsync(Shop, account.Account.AppId, "91_abc&x"))).ShouldBe(HttpStatusCode.BadRequest);
        account.Emulator.Requests.Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_thousand_refused_requests_are_two_lines_of_the_log_and_name_no_bearer()
    {
        FakeTimeProvider time = new();
        await using SyncedAccount account = await StartAsync(Tiny);
        await using InnerServer server = await InnerServer.StartAsync(account, time);
        for (int request = 0; request < 1_000; request++)
            await StatusAsync(server.GetAsync("guess-0123456789-0123456789-0123456789", account.Account.AppId));
        server.Log.Lines.ShouldHaveSingleItem().ShouldContain("1 with 401");

        time.Advance(TimeSpan.FromMinutes(1));

        server.Log.Lines.Count.ShouldBe(2);
        server.Log.Lines[1].ShouldContain("999 with 401");
        server.Log.Lines[1].ShouldContain("127.0.0.1");
        server.Log.Lines[1].ShouldNotContain("guess");
    }

    [Fact]
    public async Task WeChat_that_gives_no_token_is_503_without_its_words()
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        account.Account.AppSecret = "0123456789abcdef0123456789abcdef";
        await using InnerServer server = await InnerServer.StartAsync(account);

        using HttpResponseMessage answer = await server.GetAsync(Shop, account.Account.AppId);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("0123456789abcdef");
    }

    [Fact]
    public async Task Without_clients_there_is_no_service()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await using InnerServer server = await InnerServer.StartAsync(account);

        (await StatusAsync(server.GetAsync(Shop, account.Account.AppId))).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_client_of_an_account_that_nobody_set_stops_the_start()
    {
        await using SyncedAccount account = await StartAsync(Tiny);
        account.Token.Service.Clients[0].Accounts.Add("Brnad");

        SettingsException refused = Should.Throw<SettingsException>(() => account.NewProcess().GetRequiredService<TokenClients>());

        refused.Message.ShouldContain("Token:Service:Clients[0]:Accounts");
        refused.Message.ShouldNotContain(Shop);
    }

    private static async Task<SyncedAccount> StartAsync(EmulatorOptions options)
    {
        SyncedAccount account = await SyncedAccount.StartAsync(options);
        account.Account.TokenSource = TokenSource.Classic;
        account.Token.Service.Clients.Add(new TokenClientOptions { Name = "shop", Bearer = Shop });
        return account;
    }

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> asking)
    {
        using HttpResponseMessage answer = await asking;
        return answer.StatusCode;
    }

    private static async Task<string> TokenAsync(Task<HttpResponseMessage> asking)
    {
        using HttpResponseMessage answer = await asking;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await InnerServer.TokenOfAsync(answer);
    }
}
