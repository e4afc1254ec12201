using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Sharing;
using FollowerSync.Status;
using FollowerSync.Sync;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FollowerSync.IntegrationTests.Sharing;

/// <summary>Caches that are away, closed, full or silent: the sync goes on, one line tells, and the status says since when.</summary>
public sealed class MirrorOutageTests
{
    private const string Password = "the-password-nobody-sees-1";

    private static readonly EmulatorOptions Tiny = new() { Followers = 100 };

    private readonly RememberedLog<MirrorWriter> _log = new();

    [Fact]
    public async Task Redis_that_is_away_costs_one_warning_and_has_the_token_when_it_is_back()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis.Connection);
        await redis.KillAsync();
        IServiceProvider worker = await SyncAsync(account);
        for (int round = 0; round < 3; round++)
            await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);

        MirrorState away = await StateAsync(worker, account);
        away.FailingSince.ShouldNotBeNull();
        away.Reason!.ShouldContain("cannot be reached");
        away.Reason!.In(Language.Chinese).ShouldMatch(@"\p{IsCJKUnifiedIdeographs}");
        Warnings().ShouldHaveSingleItem().ShouldContain(redis.Address);

        await redis.StartAgainAsync();
        await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);

        (await StateAsync(worker, account)).FailingSince.ShouldBeNull();
        (await redis.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account))).ShouldBe(account.Truth.Tokens.Stable);
        _log.Lines.ShouldContain(line => line.Contains("again, after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redis_that_was_restarted_empty_has_the_token_again_at_the_next_look()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using SyncedAccount account = await StartAsync(redis.Connection);
        IServiceProvider worker = await SyncAsync(account);
        await redis.KillAsync();
        await redis.StartAgainAsync();

        await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);
        if (await redis.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account)) is null)
            await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);

        (await redis.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account))).ShouldBe(account.Truth.Tokens.Stable);
    }

    [Theory]
    [InlineData("wrong password", "does not take the login")]
    [InlineData("no password", "does not take the login")]
    [InlineData("replica", "read-only replica")]
    [InlineData("full", "no memory left")]
    [InlineData("no right", "does not let this login")]
    [InlineData("another type", "something else under the key")]
    [InlineData("no redis", "cannot be reached")]
    public async Task What_Redis_refuses_is_told_with_its_cause_and_without_the_password(string what, string cause)
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using SyncedAccount account = await StartAsync(await BreakAsync(redis, what));
        IServiceProvider worker = await SyncAsync(account);

        MirrorState state = await StateAsync(worker, account);
        state.Reason!.ShouldContain(cause);
        string warning = Warnings().ShouldHaveSingleItem();
        warning.ShouldContain(cause);
        warning.ShouldNotContain(Password);
        warning.ShouldNotContain(account.Truth.Tokens.Stable!);
    }

    [Fact]
    public async Task What_another_program_writes_in_its_own_encoding_is_left_as_it_is_and_text_is_not()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(redis.Connection);
        string key = $"wx:access_token:{EmulatorOptions.DefaultAppId}";
        IServiceProvider? worker = null;
        foreach (byte[] own in new byte[][] { [3, .. "91_abc"u8], [.. "91_ab"u8, 'c' | 0x80], [.. "91_"u8, 0, .. "abc"u8] })
        {
            await redis.Database.StringSetAsync(key, own, TimeSpan.FromHours(2));
            worker ??= await SyncAsync(account);
            await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);

            ((byte[]?)await redis.Database.StringGetAsync(key)).ShouldBe(own);
            (await StateAsync(worker, account)).Reason!.ShouldContain("another program writes in its own encoding");
        }

        Warnings().ShouldHaveSingleItem();
        await redis.Database.StringSetAsync(key, "{\r\n\t\"access_token\":\"91_abc\"\r\n}");
        await TokenMirrorTests.KeepAsync(worker!.GetRequiredService<TokenMirrors>(), account);
        (await redis.ReadAsync(key)).ShouldBe(account.Truth.Tokens.Stable);
    }

    [Fact]
    public async Task What_cannot_be_written_for_one_account_is_not_told_as_over_when_it_can_be_for_another()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(await BreakAsync(redis, "another type"));
        TokenMirrors mirrors = (await SyncAsync(account)).GetRequiredService<TokenMirrors>();
        AccountOptions other = await AddAsync(account);
        for (int round = 0; round < 3; round++)
            await KeepAsync();

        (await redis.ReadAsync($"wx:access_token:{other.AppId}")).ShouldBe(account.Truth.Tokens.Stable);
        Warnings().ShouldHaveSingleItem();
        _log.Lines.ShouldNotContain(line => line.Contains("again, after", StringComparison.Ordinal));

        await redis.Database.KeyDeleteAsync(TokenMirrorTests.Key("wx:access_token:APPID", account));
        await KeepAsync();

        _log.Lines.ShouldContain(line => line.Contains("again, after", StringComparison.Ordinal));

        Task KeepAsync()
        {
            mirrors.Announce(account.Account, other);
            return mirrors.QuietAsync();
        }
    }

    [Fact]
    public async Task A_login_that_may_write_one_accounts_key_alone_writes_it_whoever_comes_before()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        const string Second = "wx00000000000000f1";
        await redis.Server.ExecuteAsync("ACL", "SETUSER", "writer", "on", $">{Password}", $"~wx:access_token:{Second}", $"~{{wx:access_token:{Second}}}:followersync", "+eval", "+get", "+set", "+ping", "+info", "+client", "+echo");
        await using SyncedAccount account = await StartAsync($"{redis.Address},user=writer,password={Password}");
        IServiceProvider worker = await SyncAsync(account);
        AccountOptions second = await AddAsync(account);
        long connected = await ConnectedAsync(redis);

        for (int round = 0; round < 3; round++)
        {
            worker.GetRequiredService<TokenMirrors>().Announce(account.Account, second);
            await worker.GetRequiredService<TokenMirrors>().QuietAsync();
        }

        (await redis.ReadAsync($"wx:access_token:{second.AppId}")).ShouldBe(account.Truth.Tokens.Stable);
        (await StateAsync(worker, account)).Reason!.ShouldContain("does not let this login");
        (await worker.GetRequiredService<TokenStatusReader>().ReadMirrorsAsync(second, default))[0].FailingSince.ShouldBeNull();
        Warnings().ShouldHaveSingleItem();
        (await ConnectedAsync(redis)).ShouldBe(connected, "a right that is missing is no reason to connect anew");
    }

    [Fact]
    public async Task What_is_refused_for_one_account_for_good_hides_no_outage()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(await BreakAsync(redis, "another type"));
        TokenMirrors mirrors = (await SyncAsync(account)).GetRequiredService<TokenMirrors>();
        Warnings().ShouldHaveSingleItem();

        await redis.KillAsync();
        await TokenMirrorTests.KeepAsync(mirrors, account);

        Warnings().Count.ShouldBe(2);
        Warnings()[1].ShouldMatch("cannot be reached|did not answer within");
    }

    [Fact]
    public async Task An_outage_is_told_as_over_though_an_account_that_met_it_has_no_token_any_more()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(await BreakAsync(redis, "no redis"));
        TokenMirrors mirrors = (await SyncAsync(account)).GetRequiredService<TokenMirrors>();
        AccountOptions other = await AddAsync(account);
        await account.Tables.ExecuteAsync($"update followersync.access_tokens set access_token = null where app_id = '{account.Account.AppId}'");

        await redis.StartAgainAsync();
        mirrors.Announce(account.Account, other);
        await mirrors.QuietAsync();

        Warnings().ShouldHaveSingleItem();
        _log.Lines.ShouldContain(line => line.Contains("again, after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_that_was_changed_is_read_again_when_Redis_refuses_the_old_one()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using SyncedAccount account = await StartAsync(await BreakAsync(redis, "wrong password"));
        account.NewSettings = () => new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Token:Mirrors:0:Connection"] = redis.Connection }).Build();

        await SyncAsync(account);

        (await redis.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account))).ShouldBe(account.Truth.Tokens.Stable);
        Warnings().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_Redis_that_became_a_replica_is_connected_to_anew_as_its_name_may_lead_to_another_one()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RedisCache cache = new(redis.Connection, TimeProvider.System);
        CacheEntry entry = new("token", "text", TimeSpan.FromHours(2), Order: 1);
        await cache.WriteAsync(entry, default);
        await redis.Server.ReplicaOfAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1));

        await Should.ThrowAsync<CacheException>(() => cache.WriteAsync(entry with { Order = 2 }, default));
        long connected = await ConnectedAsync(redis);
        (await Should.ThrowAsync<CacheException>(() => cache.WriteAsync(entry with { Order = 2 }, default))).Fault.ShouldBe(CacheFault.ReadOnly);

        (await ConnectedAsync(redis)).ShouldBeGreaterThan(connected);
    }

    [Fact]
    public async Task A_cache_that_takes_connections_and_never_answers_delays_no_sync_and_no_other_mirror()
    {
        await using RedisServer frozen = await RedisServer.StartAsync();
        await using MemcachedServer silent = await MemcachedServer.StartAsync();
        await using RedisServer works = await RedisServer.StartAsync();
        await using SyncedAccount account = await StartAsync(frozen.Connection);
        account.Token.Mirrors.Add(new TokenMirrorOptions { Kind = CacheKind.Memcached, Connection = silent.Address });
        account.Token.Mirrors.Add(TokenMirrorTests.Mirror(works.Connection, nameof(MirrorFormat.Wechatpy), ""));
        frozen.Freeze();
        silent.Freeze();

        IServiceProvider worker = await SyncAsync(account, waits: false);
        await Installed(works, account);
        await worker.GetRequiredService<TokenMirrors>().QuietAsync();

        Warnings().Count.ShouldBe(2);
        Warnings().ShouldAllBe(line => line.Contains("did not answer within", StringComparison.Ordinal) || line.Contains("cannot be reached", StringComparison.Ordinal));
        frozen.Thaw();
        silent.Thaw();
        await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);
        (await frozen.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account))).ShouldBe(account.Truth.Tokens.Stable);
        (await silent.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account))).ShouldBe(account.Truth.Tokens.Stable);
    }

    [Fact]
    public async Task Memcached_that_is_away_is_told_and_has_the_token_when_it_is_back()
    {
        await using MemcachedServer memcached = await MemcachedServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Token.Mirrors.Add(new TokenMirrorOptions { Kind = CacheKind.Memcached, Connection = memcached.Address });
        await memcached.KillAsync();
        IServiceProvider worker = await SyncAsync(account);
        (await StateAsync(worker, account)).Reason!.ShouldContain("cannot be reached");

        await memcached.StartAgainAsync();
        await TokenMirrorTests.KeepAsync(worker.GetRequiredService<TokenMirrors>(), account);

        (await StateAsync(worker, account)).FailingSince.ShouldBeNull();
        (await memcached.ReadAsync(TokenMirrorTests.Key("wx:access_token:APPID", account))).ShouldBe(account.Truth.Tokens.Stable);
    }

    private static async Task<long> ConnectedAsync(RedisServer redis) =>
        long.Parse((await redis.Server.InfoAsync("stats")).SelectMany(section => section).Single(line => line.Key == "total_connections_received").Value, CultureInfo.InvariantCulture);

    private static async Task<string> BreakAsync(RedisServer redis, string what)
    {
        switch (what)
        {
            case "wrong password":
                return $"{redis.Address},password={Password}-not";
            case "no password":
                return redis.Address;
            case "replica":
                await redis.Server.ReplicaOfAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1));
                return redis.Connection;
            case "full":
                await redis.Server.ConfigSetAsync("maxmemory", "1");
                return redis.Connection;
            case "no right":
                await redis.Server.ExecuteAsync("ACL", "SETUSER", "reader", "on", $">{Password}", "~*", "+@read", "+ping", "+info", "+cluster", "+echo", "+client");
                return $"{redis.Address},user=reader,password={Password}";
            case "another type":
                await redis.Database.HashSetAsync($"wx:access_token:{EmulatorOptions.DefaultAppId}", "of", "another program");
                return redis.Connection;
            case "no redis":
                await redis.KillAsync();
                return redis.Connection;
            default:
                return redis.Connection;
        }
    }

    private static async Task<SyncedAccount> StartAsync(string connection)
    {
        SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Token.Mirrors.Add(TokenMirrorTests.Mirror(connection, nameof(MirrorFormat.WxJava), ""));
        return account;
    }

    // Another account with a token.
    private static async Task<AccountOptions> AddAsync(SyncedAccount account)
    {
        AccountOptions other = new() { Name = "Other", AppId = "wx00000000000000f1", AppSecret = account.Account.AppSecret };
        await account.Tables.ExecuteAsync($"insert into followersync.access_tokens select '{other.AppId}', source, access_token, obtained_at, expires_at, replaced_at, generation from followersync.access_tokens");
        return other;
    }

    private static async Task Installed(RedisServer redis, SyncedAccount account)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (await redis.ReadAsync(TokenMirrorTests.Key("wechatpy:APPID_access_token", account)) is null)
            await timer.WaitForNextTickAsync();
    }

    private static async Task<MirrorState> StateAsync(IServiceProvider worker, SyncedAccount account) =>
        (await worker.GetRequiredService<TokenStatusReader>().ReadMirrorsAsync(account.Account, default))[0];

    private IReadOnlyList<string> Warnings() => [.. _log.Lines.Where(line => line.StartsWith("Tokens cannot be written", StringComparison.Ordinal))];

    private async Task<IServiceProvider> SyncAsync(SyncedAccount account, bool waits = true)
    {
        IServiceProvider worker = account.NewProcess(replace: services => services.AddSingleton<ILogger<MirrorWriter>>(_log));
        SyncRun run = await worker.GetRequiredService<SyncRunner>().RunAsync(account.Account, SyncTrigger.Manual, progress: null, default);
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        if (waits)
            await worker.GetRequiredService<TokenMirrors>().QuietAsync();
        return worker;
    }
}
