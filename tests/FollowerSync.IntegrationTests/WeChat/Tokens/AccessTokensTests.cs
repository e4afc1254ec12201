using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FollowerSync.IntegrationTests.WeChat.Tokens;

public sealed class AccessTokensTests
{
    private const string Stable = "/cgi-bin/stable_token";
    private const string Classic = "/cgi-bin/token";

    private static readonly EmulatorOptions Tiny = new() { Followers = 300 };

    [Fact]
    public async Task Many_processes_that_need_a_token_at_once_fetch_one()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;

        string[] tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => account.NewTokens().GetAsync(account.NewCalls(), default).AsTask()));

        tokens.Distinct().Count().ShouldBe(1);
        account.Emulator.Requests.Count(Classic).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_about_to_end_is_renewed_ahead_and_one_that_is_not_stays()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        await account.NewClient().EnsureTokenAsync(default);
        await account.NewClient().EnsureTokenAsync(default);
        account.Emulator.Requests.Count(Classic).ShouldBe(1);

        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = now() - interval '110 min', expires_at = now() + interval '9 min'");
        await account.NewClient().EnsureTokenAsync(default);

        account.Emulator.Requests.Count(Classic).ShouldBe(2);
        (await account.Tables.ReadAsync<bool>("select expires_at > now() + interval '1 hour' from followersync.access_tokens")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_that_works_yet_is_used_while_the_next_one_cannot_be_had_and_the_token_job_hears_of_it()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        string atHand = await account.NewTokens().GetAsync(account.NewCalls(), default);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = Classic });
        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = now() - interval '115 min', expires_at = now() + interval '5 min'");
        AccessTokens tokens = account.NewTokens();

        (await tokens.GetAsync(account.NewCalls(), default)).ShouldBe(atHand);
        long asked = account.Emulator.Requests.Count(Classic);
        (await tokens.GetAsync(account.NewCalls(), default)).ShouldBe(atHand);

        account.Emulator.Requests.Count(Classic).ShouldBe(asked, "the next one is not asked for at every call");
        await Should.ThrowAsync<WeChatApiException>(() => account.NewProcess().GetRequiredService<WeChatClients>().RefreshTokenIfDueAsync(account.Account, default));
        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = now() - interval '119 min 50 s', expires_at = now() + interval '10 s'");
        await Should.ThrowAsync<WeChatApiException>(() => account.NewTokens().GetAsync(account.NewCalls(), default).AsTask());
    }

    [Fact]
    public async Task A_stable_token_is_not_asked_for_before_WeChat_would_give_a_new_one()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.NewClient().EnsureTokenAsync(default);
        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = now() - interval '110 min', expires_at = now() + interval '9 min'");

        await account.NewClient().EnsureTokenAsync(default);
        account.Emulator.Requests.Count(Stable).ShouldBe(1);

        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = now() - interval '110 min', expires_at = now() + interval '4 min'");
        await account.NewClient().EnsureTokenAsync(default);
        account.Emulator.Requests.Count(Stable).ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_stops_working_in_the_middle_of_a_sync_is_replaced_once_for_all_calls_under_way()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 2_500, PageSize = 1_000 });
        account.Account.TokenSource = TokenSource.Classic;
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.InvalidateToken, Path = "/cgi-bin/user/info/batchget", Call = 5 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        account.Emulator.Requests.Count(Classic).ShouldBe(2);
        run.TokenRefreshes.ShouldBe(2);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task An_expired_token_is_replaced_too()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.SyncAsync();
        account.Truth.Tokens.Expire();

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        account.Emulator.Requests.CountErrCode(42001).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_failing_token_that_somebody_has_replaced_already_is_not_fetched_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        AccessTokens slow = account.NewTokens();
        string old = await slow.GetAsync(account.NewCalls(), default);
        WeChatApiException refused = WeChatApiException.FromCode("/cgi-bin/user/get", 40001, "not latest", ErrorReactions.Of(40001));
        string replaced = await account.NewTokens().ReplaceAsync(account.NewCalls(), old, refused, default);

        (await slow.ReplaceAsync(account.NewCalls(), old, refused, default)).ShouldBe(replaced);

        account.Emulator.Requests.Count(Classic).ShouldBe(2);
    }

    [Fact]
    public async Task A_token_fight_is_named_and_not_joined()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.InvalidateToken, Path = "/cgi-bin/user/get" });
        SyncRun run = await account.SyncAsync();
        run.Status.ShouldBe(RunStatus.Failed);
        account.Emulator.Requests.Count(Stable).ShouldBe(2);
        await account.SyncAsync();

        run = await account.SyncAsync();

        run.Error!.ShouldContain("another program fetches");
        run.Error!.ShouldContain("3 times in 60 minutes");
    }

    [Fact]
    public async Task A_stable_token_that_is_refused_for_a_moment_is_tried_again_and_replaced_by_none()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40001, Path = "/cgi-bin/user/get", Times = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Waited.ShouldBe(account.Token.ReplaceInterval);
        account.Emulator.Requests.Count(Stable).ShouldBe(2);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.token_replacements")).ShouldBe(0);
    }

    [Fact]
    public async Task A_stable_token_that_stays_refused_is_asked_for_once_by_all_calls_and_blamed_on_nobody()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Token.ReplaceInterval = TimeSpan.FromSeconds(1);
        AccessTokens tokens = account.NewTokens();
        string refused = await tokens.GetAsync(account.NewCalls(), default);
        WeChatApiException failure = WeChatApiException.FromCode("/cgi-bin/user/get", 40001, "not latest", ErrorReactions.Of(40001));

        string[] again = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tokens.ReplaceAsync(account.NewCalls(), refused, failure, default)));
        again.Distinct().ShouldHaveSingleItem().ShouldBe(refused);
        account.Emulator.Requests.Count(Stable).ShouldBe(2);

        account.Token.ReplaceInterval = TimeSpan.Zero;
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40001, Path = "/cgi-bin/user/get" });
        for (int run = 0; run < 3; run++)
            (await account.SyncAsync()).Error!.ShouldContain("so nobody has replaced it");
    }

    [Fact]
    public async Task A_token_given_out_while_its_caller_leaves_is_kept_and_the_call_counted()
    {
        using CancellationTokenSource leaving = new();
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 1);
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny, options => options.BaseAddress = wechat.Address);
        account.Account.TokenSource = TokenSource.Classic;
        int given = 0;
        wechat.Instead = async (context, _) =>
        {
            await leaving.CancelAsync();
            await context.Response.WriteAsync($$"""{"access_token":"token-{{++given}}-of-the-tests","expires_in":7200}""");
            return true;
        };

        await Should.ThrowAsync<OperationCanceledException>(() => account.NewTokens().GetAsync(account.NewCalls(), leaving.Token).AsTask());

        (await account.NewTokens().GetAsync(account.NewCalls(), default)).ShouldBe("token-1-of-the-tests");
        (await account.Tables.ReadAsync<long>("select calls from followersync.api_usage")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_does_not_wait_for_long_is_told_to_come_again_while_this_process_or_another_fetches_the_token()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource answering = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 1);
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny, options => options.BaseAddress = wechat.Address);
        wechat.Instead = async (_, _) =>
        {
            asked.TrySetResult();
            await answering.Task;
            return false;
        };
        WeChatClients clients = account.NewProcess().GetRequiredService<WeChatClients>();
        Task<AccessToken> first = clients.GetTokenAsync(account.Account, TimeSpan.FromMinutes(1), default);
        await asked.Task;

        foreach (WeChatClients one in new[] { clients, account.NewProcess().GetRequiredService<WeChatClients>() })
            (await Should.ThrowAsync<WeChatApiException>(() => one.GetTokenAsync(account.Account, TimeSpan.FromMilliseconds(100), default))).Message.ShouldContain("somebody else is fetching the token");

        answering.SetResult();
        (await first).Value.ShouldBe("stand-in-token");
    }

    [Fact]
    public async Task Who_waits_for_another_process_longer_than_a_statement_may_take_gets_the_token_and_tells_of_no_outage()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.NewTokens().GetAsync(account.NewCalls(), default);
        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = now() - interval '2 h', expires_at = now()");
        RememberedLog<FollowerDatabase> log = new();
        await using NpgsqlDataSource hasty = FollowerDataSource.Build(account.Tables.ConnectionString + ";Command Timeout=1", new DatabaseOptions());
        FollowerDatabase database = new(hasty, new DatabaseOptions(), TimeProvider.System, log);
        AccessTokens tokens = account.NewProcess(replace: services => services.AddSingleton(database)).GetRequiredService<AccessTokens>();
        await using NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction holding = await other.BeginTransactionAsync();
        await using NpgsqlCommand hold = new("select from followersync.access_tokens for update", other, holding);
        await hold.ExecuteNonQueryAsync();

        Task<string> waiting = tokens.GetAsync(account.NewCalls(), default).AsTask();
        (await Until.IsTrueAsync(
            async () => waiting.IsCompleted || await account.Tables.ReadAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '2 s')"),
            TimeSpan.FromMinutes(1))).ShouldBeTrue();
        await holding.CommitAsync();

        (await waiting).ShouldNotBeEmpty();
        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Classic_tokens_are_never_fetched_more_often_than_WeChat_allows_a_day()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        await account.Tables.ExecuteAsync(
            $"insert into followersync.api_usage values ('{account.Account.AppId}', '{Classic}', (now() at time zone 'Asia/Shanghai')::date, 2000)");

        WeChatApiException refused = await Should.ThrowAsync<WeChatApiException>(() => account.NewTokens().GetAsync(account.NewCalls(), default).AsTask());

        refused.Reaction.ShouldBe(Reaction.QuotaSpent);
        account.Emulator.Requests.Count(Classic).ShouldBe(0);
    }

    [Fact]
    public async Task An_external_token_service_is_asked_with_its_bearer_and_again_when_the_token_has_expired()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await using TokenService service = await TokenService.StartAsync("the-bearer", () => account.Truth.Tokens.RotateByAnotherProgram());
        External(account, service);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        account.Truth.Tokens.Expire();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        service.Asked.ShouldBe(2);
        account.Emulator.Requests.Count(Stable).ShouldBe(0);
    }

    [Fact]
    public async Task An_external_token_service_is_told_which_token_is_refused_and_gives_another()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string current = account.Truth.Tokens.RotateByAnotherProgram();
        string first = current;
        await using TokenService service = await TokenService.StartAsync("the-bearer", () => current, replace: () => current = account.Truth.Tokens.RotateByAnotherProgram());
        External(account, service);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        account.Truth.Tokens.Invalidate();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        service.Told.ShouldHaveSingleItem().ShouldBe(first);
    }

    [Fact]
    public async Task A_token_that_is_refused_for_a_moment_and_that_its_service_gives_out_again_is_tried_again_and_replaced_by_none()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string only = account.Truth.Tokens.RotateByAnotherProgram();
        await using TokenService service = await TokenService.StartAsync("the-bearer", () => only, replace: () => only);
        External(account, service);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40001, Path = "/cgi-bin/user/get", Times = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Waited.ShouldBe(account.Token.ReplaceInterval);
        service.Told.ShouldHaveSingleItem().ShouldBe(only);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.token_replacements")).ShouldBe(0);
    }

    [Fact]
    public async Task A_refused_token_that_its_service_gives_out_again_is_named_and_no_replacement()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string only = account.Truth.Tokens.RotateByAnotherProgram();
        await using TokenService service = await TokenService.StartAsync("the-bearer", () => only);
        External(account, service);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        account.Truth.Tokens.Invalidate();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Waited.ShouldBe(account.Token.ReplaceInterval);
        run.Error!.ShouldContain("it still gives out the token that WeChat refuses");
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.token_replacements")).ShouldBe(0);
    }

    [Fact]
    public async Task Another_token_source_does_not_get_the_token_of_the_one_before()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.NewTokens().GetAsync(account.NewCalls(), default);
        account.Account.TokenSource = TokenSource.Classic;

        await account.NewTokens().GetAsync(account.NewCalls(), default);

        account.Emulator.Requests.Count(Classic).ShouldBe(1);
    }

    private static void External(SyncedAccount account, TokenService service)
    {
        account.Account.TokenSource = TokenSource.External;
        account.Account.TokenAddress = service.Address;
        account.Account.TokenBearer = "the-bearer";
        account.Account.AppSecret = "";
    }
}
