using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.WeChat.Tokens;

/// <summary>The token that another program keeps in Redis: it is read, and neither fetched from WeChat nor ever written.</summary>
public sealed class RedisTokenTests
{
    private const string Key = "wx:access_token:shared";

    private static readonly EmulatorOptions Tiny = new() { Followers = 100 };
    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    [Theory]
    [InlineData("TOKEN")]
    [InlineData("\"TOKEN\"")]
    [InlineData("{\"access_token\":\"TOKEN\",\"expires_in\":7200}")]
    [InlineData(" TOKEN\n")]
    public async Task Is_read_in_every_form_it_is_written_in(string form)
    {
        await using RedisServer redis = await RedisServer.StartAsync("a-password-of-the-tests");
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, form.Replace("TOKEN", account.Truth.Tokens.RotateByAnotherProgram(), StringComparison.Ordinal));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await ShouldBeOnlyReadAsync(redis, account);
    }

    [Fact]
    public async Task A_token_that_the_other_program_rotated_is_noticed_within_minutes_and_without_a_refusal()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());
        await account.SyncAsync();
        string newer = account.Truth.Tokens.RotateByAnotherProgram();
        await WriteAsync(redis, newer);
        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = obtained_at - interval '4 minutes', expires_at = expires_at - interval '4 minutes'");

        (await account.NewTokens().GetAsync(account.NewCalls(), default)).ShouldBe(newer);

        account.Emulator.Requests.CountErrCode(40001).ShouldBe(0);
        await ShouldBeOnlyReadAsync(redis, account);
    }

    [Fact]
    public async Task A_refused_token_is_read_again()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());
        await account.SyncAsync();
        account.Truth.Tokens.Invalidate();
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        account.Emulator.Requests.CountErrCode(40001).ShouldBe(1);
        await ShouldBeOnlyReadAsync(redis, account);
    }

    [Fact]
    public async Task A_refused_token_that_still_stands_there_after_a_while_fails_the_run_and_says_who_must_replace_it()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());
        await account.SyncAsync();
        account.Truth.Tokens.Expire();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Waited.ShouldBe(account.Token.ReplaceInterval);
        run.Error!.ShouldContain("still stands the token that WeChat refuses");
        run.Error!.ShouldContain("must be replaced by the program that fetches tokens");
        await ShouldBeOnlyReadAsync(redis, account);
    }

    [Theory]
    [InlineData(null, "there is nothing under the key wx:access_token:shared")]
    [InlineData("{\"expires_in\":7200}", "is no token")]
    [InlineData("a:2:{s:12:\"access_token\";s:3:\"abc\";}", "is no token")]
    [InlineData("s:3:\"abc\";", "is no token")]
    [InlineData("\"broken", "is no token")]
    [InlineData("{\"access_token\":", "is no token")]
    [InlineData("", "there is nothing under the key wx:access_token:shared")]
    public async Task What_is_no_token_is_named_with_who_must_write_it_and_never_quoted(string? text, string what)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        if (text is not null)
            await WriteAsync(redis, text);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain(what);
        run.Error!.ShouldContain("the program that fetches tokens");
        run.Error!.ShouldNotContain("abc");
        account.Emulator.Requests.Total.ShouldBe(0);
    }

    [Fact]
    public async Task Of_what_is_far_too_long_for_a_token_only_the_beginning_is_read()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, new string('x', 4_000_000));
        long before = await SentAsync();

        (await account.SyncAsync()).Error!.ShouldContain("is no token");

        (await SentAsync() - before).ShouldBeLessThan(400_000);

        async Task<long> SentAsync() => long.Parse(
            (await redis.Server.InfoAsync("stats")).SelectMany(section => section).Single(line => line.Key == "total_net_output_bytes").Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_login_that_the_documentation_names_is_enough_to_read()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        string line = File.ReadAllLines(Repository.PathOf("docs/tokens.md")).Last(one => one.Contains("ACL SETUSER", StringComparison.Ordinal));
        string[] words = line[line.IndexOf("ACL SETUSER", StringComparison.Ordinal)..].Split('`')[0].Split(' ');
        words.ShouldContain("+getrange");
        await redis.Server.ExecuteAsync(words[0], [.. words[1..]]);
        account.Account.TokenRedis.Connection = $"{redis.Address},user=followersync,password=PASSWORD";
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
    }

    [Fact]
    public async Task A_key_of_another_kind_is_named()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await redis.Database.HashSetAsync(Key, "access_token", "abc");

        (await account.SyncAsync()).Error!.ShouldContain("has something else under the key, no text");
    }

    [Fact]
    public async Task A_token_without_an_end_is_read_again_each_minute()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await redis.Database.StringSetAsync(Key, account.Truth.Tokens.RotateByAnotherProgram());
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        string newer = account.Truth.Tokens.RotateByAnotherProgram();
        await redis.Database.StringSetAsync(Key, newer);

        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = obtained_at - interval '61 seconds', expires_at = expires_at - interval '61 seconds'");

        (await account.NewTokens().GetAsync(account.NewCalls(), default)).ShouldBe(newer);
    }

    [Theory]
    [InlineData(299, 61)]
    [InlineData(3, 4)]
    public async Task A_token_about_to_rotate_is_read_again_each_minute_and_at_its_end(int life, int later)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await redis.Database.StringSetAsync(Key, account.Truth.Tokens.RotateByAnotherProgram(), TimeSpan.FromSeconds(life));
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        string newer = account.Truth.Tokens.RotateByAnotherProgram();
        await WriteAsync(redis, newer);

        await account.Tables.ExecuteAsync($"update followersync.access_tokens set obtained_at = obtained_at - interval '{later} seconds', expires_at = expires_at - interval '{later} seconds'");

        (await account.NewTokens().GetAsync(account.NewCalls(), default)).ShouldBe(newer);
    }

    [Fact]
    public async Task A_token_that_works_is_used_while_Redis_is_away()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());
        await account.SyncAsync();
        await redis.KillAsync();
        await account.Tables.ExecuteAsync("update followersync.access_tokens set obtained_at = obtained_at - interval '5 minutes', expires_at = expires_at - interval '5 minutes'");

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
    }

    [Fact]
    public async Task Without_a_token_and_without_Redis_the_run_fails_for_a_passing_reason()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis);
        await redis.KillAsync();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain("cannot be reached");
        run.SettingsAtFault.ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_password_is_a_fault_of_the_settings_and_another_one_is_used_at_once()
    {
        await using RedisServer redis = await RedisServer.StartAsync("a-password-of-the-tests");
        await using SyncedAccount account = await StartAsync(redis);
        await WriteAsync(redis, account.Truth.Tokens.RotateByAnotherProgram());
        account.Account.TokenRedis.Connection = $"{redis.Address},password=not-that-password";
        SyncRun run = await account.SyncAsync();
        run.Status.ShouldBe(RunStatus.Failed);
        run.SettingsAtFault.ShouldBeTrue();
        run.Error!.ShouldContain("does not take the login");
        run.Error!.ShouldNotContain("not-that-password");

        account.NewSettings = () => account.SettingsWith(redisConnection: redis.Connection);

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
    }

    private static async Task<SyncedAccount> StartAsync(RedisServer redis)
    {
        SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Redis;
        account.Account.AppSecret = "";
        account.Account.TokenRedis = new TokenRedisOptions { Connection = redis.Connection, Key = Key };
        return account;
    }

    private static Task<bool> WriteAsync(RedisServer redis, string text) => redis.Database.StringSetAsync(Key, text, Life);

    private static async Task ShouldBeOnlyReadAsync(RedisServer redis, SyncedAccount account)
    {
        (await redis.Server.DatabaseSizeAsync()).ShouldBe(1);
        account.Emulator.Requests.Count("/cgi-bin/token").ShouldBe(0);
        account.Emulator.Requests.Count("/cgi-bin/stable_token").ShouldBe(0);
    }
}
