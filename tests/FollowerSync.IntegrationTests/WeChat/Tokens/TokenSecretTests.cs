using FollowerSync.Accounts;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.WeChat.Tokens;

/// <summary>Secrets that change while a worker runs, and what has to be left alone.</summary>
public sealed class TokenSecretTests
{
    private const string Stable = "/cgi-bin/stable_token";
    private const string Old = "0123456789abcdef0123456789abcdef";

    private static readonly EmulatorOptions Tiny = new() { Followers = 300 };

    [Fact]
    public async Task A_secret_that_was_rotated_in_the_middle_of_a_run_lets_it_go_on()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 2_500, PageSize = 1_000 });
        await account.NewTokens().GetAsync(account.NewCalls(), default);
        string rotated = account.Account.AppSecret;
        account.Account.AppSecret = Old;
        account.NewSettings = () => account.SettingsWith(appSecret: rotated);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.InvalidateToken, Path = "/cgi-bin/user/info/batchget", Call = 5 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Another_secret_ends_the_stop_at_once_and_the_message_says_so()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string right = account.Account.AppSecret;
        account.Account.AppSecret = Old;
        string now = Old;
        account.NewSettings = () => account.SettingsWith(appSecret: now);
        WeChatClients worker = account.NewProcess().GetRequiredService<WeChatClients>();
        (await Should.ThrowAsync<WeChatApiException>(() => worker.RefreshTokenIfDueAsync(account.Account, default))).AsksToBeLeftAlone.ShouldBeTrue();
        account.Emulator.Requests.Clear();

        WeChatApiException left = await Should.ThrowAsync<WeChatApiException>(() => worker.RefreshTokenIfDueAsync(account.Account, default));
        left.IsLeftAlone.ShouldBeTrue();
        left.Message.ShouldContain("Another secret ends this at once");
        account.Emulator.Requests.Count(Stable).ShouldBe(0);

        now = right;
        await worker.RefreshTokenIfDueAsync(account.Account, default);
        account.Emulator.Requests.Count(Stable).ShouldBe(1);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.api_stops")).ShouldBe(0);
    }

    [Fact]
    public async Task A_worker_that_starts_with_another_secret_is_not_stopped_by_the_old_one()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string right = account.Account.AppSecret;
        account.Account.AppSecret = Old;
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Failed);
        (await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default)).Error!.ShouldContain("left alone");
        (await account.Tables.ReadAsync<string>("select secret from followersync.api_stops")).ShouldSatisfyAllConditions(
            secret => secret.Length.ShouldBe(8), secret => Old.ShouldNotContain(secret));

        account.Account.AppSecret = right;

        (await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("half a secret")]
    [InlineData("\"0123456789abcdef0123456789abcde1\"")]
    [InlineData(Old)]
    public async Task What_is_no_other_secret_is_not_tried(string found)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.AppSecret = Old;
        account.NewSettings = () => account.SettingsWith(appSecret: found);

        await Should.ThrowAsync<WeChatApiException>(() => account.NewTokens().GetAsync(account.NewCalls(), default).AsTask());

        account.Emulator.Requests.Count(Stable).ShouldBe(1);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_leave_the_secret_as_it_was()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.AppSecret = Old;
        account.NewSettings = () => throw new FollowerSync.Settings.SettingsException("in the middle of being written");

        (await Should.ThrowAsync<WeChatApiException>(() => account.NewTokens().GetAsync(account.NewCalls(), default).AsTask())).Reaction.ShouldBe(Reaction.StopAccount);
    }

    [Fact]
    public async Task A_bearer_that_a_token_service_refuses_is_read_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await using TokenService service = await TokenService.StartAsync("the-new-bearer", () => account.Truth.Tokens.RotateByAnotherProgram());
        External(account, service, "the-old-bearer");
        account.NewSettings = () => account.SettingsWith(tokenBearer: "the-new-bearer");

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        service.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_bearer_that_stays_refused_is_named_and_not_tried_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await using TokenService service = await TokenService.StartAsync("the-new-bearer", () => account.Truth.Tokens.RotateByAnotherProgram());
        External(account, service, "the-old-bearer");

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain("TokenBearer");
        run.Error!.ShouldContain("401");
        (await account.Tables.ReadAsync<bool>("select secret is not null from followersync.api_stops where api = '*'")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(3_000, "access_token must be 1 to 2,048 visible ASCII characters")]
    [InlineData(70_000, "the body is larger than 64 KiB")]
    [InlineData(7_000_000, "the body is larger than 64 KiB")]
    public async Task A_token_service_that_answers_too_much_is_told_the_rule_and_nothing_is_kept(int length, string rule)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await using TokenService service = await TokenService.StartAsync("the-bearer", () => new string('t', length));
        External(account, service, "the-bearer");

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain(rule);
        run.Error!.ShouldNotContain("tttt");
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.access_tokens where access_token is not null")).ShouldBe(0);
    }

    [Theory]
    [InlineData(89506, "23 h 50 min", "24 h 1 s")]
    [InlineData(89507, "50 min", "1 h 1 s")]
    [InlineData(89503, "9 min", "10 min 1 s")]
    [InlineData(40164, "9 min", "10 min 1 s")]
    [InlineData(40243, "9 min", "10 min 1 s")]
    [InlineData(50002, "9 min", "10 min 1 s")]
    [InlineData(45009, "0 s", "24 h 16 min")]
    public async Task What_a_token_call_is_refused_with_is_left_alone_by_the_token_job_and_by_runs(int code, string atLeast, string atMost)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = code, Path = Stable });
        WeChatClients worker = account.NewProcess().GetRequiredService<WeChatClients>();

        await Should.ThrowAsync<WeChatApiException>(() => worker.RefreshTokenIfDueAsync(account.Account, default));
        for (int tick = 0; tick < 3; tick++)
            (await Should.ThrowAsync<WeChatApiException>(() => worker.RefreshTokenIfDueAsync(account.Account, default))).IsLeftAlone.ShouldBeTrue();
        await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);

        account.Emulator.Requests.Count(Stable).ShouldBe(1);
        (await account.Tables.ReadAsync<bool>($"select until - now() between interval '{atLeast}' and interval '{atMost}' from followersync.api_stops")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_that_still_works_is_used_while_its_service_is_left_alone()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        await account.NewTokens().GetAsync(account.NewCalls(), default);
        await account.NewProcess().GetRequiredService<ApiStopStore>().RememberAsync(
            account.Account, WeChatApiException.FromCode(Stable, 45009, "reach max api daily quota limit", ErrorReactions.Of(45009)), default);

        (await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default)).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task Workers_of_two_sources_keep_a_token_each_and_both_are_warned()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        for (int round = 0; round < 3; round++)
        {
            account.Account.TokenSource = TokenSource.Stable;
            await account.NewTokens().GetAsync(account.NewCalls(), default);
            account.Account.TokenSource = TokenSource.Classic;
            await account.NewTokens().GetAsync(account.NewCalls(), default);
        }

        account.Emulator.Requests.Count(Stable).ShouldBe(1);
        account.Emulator.Requests.Count("/cgi-bin/token").ShouldBe(1);
        TokenConflicts conflicts = account.NewProcess().GetRequiredService<TokenConflicts>();
        (await conflicts.FindOtherSourceAsync(account.Account, default))!.ShouldContain("Classic here, and Stable");
        (await conflicts.FindAsync(account.Account, default)).Cause!.ShouldContain("TokenSource");
        account.Account.TokenSource = TokenSource.External;
        (await conflicts.FindOtherSourceAsync(account.Account, default))!.ShouldContain("External here, and Classic and Stable");

        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = obtained_at - interval '26 hours'");
        (await conflicts.FindOtherSourceAsync(account.Account, default)).ShouldBeNull();
    }

    private static void External(SyncedAccount account, TokenService service, string bearer)
    {
        account.Account.TokenSource = TokenSource.External;
        account.Account.TokenAddress = service.Address;
        account.Account.TokenBearer = bearer;
        account.Account.AppSecret = "";
    }
}
