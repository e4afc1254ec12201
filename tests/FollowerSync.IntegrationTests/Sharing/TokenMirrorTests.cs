using FollowerSync.Accounts;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Sharing;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Sharing;

/// <summary>What other programs find in real caches after a token was fetched: keys, values and lives as each of them reads them.</summary>
public sealed class TokenMirrorTests
{
    private static readonly EmulatorOptions Tiny = new() { Followers = 100 };

    [Theory]
    [InlineData(nameof(MirrorFormat.WxJava), "", "wx:access_token:APPID", false)]
    [InlineData(nameof(MirrorFormat.WxJava), "wx:mp:multi", "wx:mp:multi:access_token:APPID", false)]
    [InlineData(nameof(MirrorFormat.Wechatpy), "", "wechatpy:APPID_access_token", true)]
    [InlineData(nameof(MirrorFormat.Wechatpy), "shop", "shop:APPID_access_token", true)]
    [InlineData(nameof(MirrorFormat.Silenceper), "", "gowechat_officialaccount__access_token_APPID", false)]
    [InlineData(nameof(MirrorFormat.Custom), "tokens/{appid}", "tokens/APPID", false)]
    public async Task A_classic_token_stands_in_Redis_for_the_rest_of_its_life(string format, string detail, string key, bool isJson)
    {
        await using RedisServer redis = await RedisServer.StartAsync("a-password-of-the-tests");
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        account.Token.Mirrors.Add(Mirror(redis.Connection, format, detail));

        await FetchAsync(account);

        string token = account.Truth.Tokens.Classic!;
        (await redis.ReadAsync(Key(key, account))).ShouldBe(isJson ? $"\"{token}\"" : token);
        (await redis.LifeAsync(Key(key, account)))!.Value.TotalSeconds.ShouldBeInRange(7_100, 7_200);
    }

    [Fact]
    public async Task A_stable_token_stands_under_both_keys_of_silenceper_until_five_minutes_before_its_end()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Token.Mirrors.Add(Mirror(redis.Connection, nameof(MirrorFormat.Silenceper), ""));

        await FetchAsync(account);

        foreach (string key in new[] { "gowechat_officialaccount__stable_access_token_APPID", "gowechat_officialaccount__access_token_APPID" })
        {
            (await redis.ReadAsync(Key(key, account))).ShouldBe(account.Truth.Tokens.Stable);
            (await redis.LifeAsync(Key(key, account)))!.Value.TotalSeconds.ShouldBeInRange(6_800, 6_900);
        }
    }

    [Theory]
    [InlineData(nameof(MirrorFormat.WxJava), "wx:access_token:APPID", false)]
    [InlineData(nameof(MirrorFormat.Wechatpy), "wechatpy:APPID_access_token", true)]
    [InlineData(nameof(MirrorFormat.Silenceper), "gowechat_officialaccount__access_token_APPID", true)]
    public async Task A_token_stands_in_memcached_without_flags_and_with_an_end(string format, string key, bool isJson)
    {
        await using MemcachedServer memcached = await MemcachedServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        account.Token.Mirrors.Add(new TokenMirrorOptions { Kind = CacheKind.Memcached, Connection = memcached.Address, Format = Enum.Parse<MirrorFormat>(format) });

        await FetchAsync(account);

        string token = account.Truth.Tokens.Classic!;
        string text = isJson ? $"\"{token}\"" : token;
        (await memcached.AskAsync($"get {Key(key, account)}")).ShouldBe($"VALUE {Key(key, account)} 0 {text.Length}\r\n{text}\r\nEND\r\n");
        string life = await memcached.AskAsync($"mg {Key(key, account)} t", "\r\n");
        int.Parse(life.Trim()["HD t".Length..], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(7_100, 7_200);
    }

    [Fact]
    public async Task A_token_that_WeChat_refused_is_replaced_in_every_mirror_at_once()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using MemcachedServer memcached = await MemcachedServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Account.TokenSource = TokenSource.Classic;
        account.Token.Mirrors.Add(Mirror(redis.Connection, nameof(MirrorFormat.WxJava), ""));
        account.Token.Mirrors.Add(new TokenMirrorOptions { Kind = CacheKind.Memcached, Connection = memcached.Address });
        string first = await FetchAsync(account);
        account.Truth.Tokens.Invalidate();

        IServiceProvider other = account.NewProcess();
        AccessToken second = await other.GetRequiredService<WeChatClients>().ReplaceTokenAsync(account.Account, first, TimeSpan.FromSeconds(1), default);
        await other.GetRequiredService<TokenMirrors>().QuietAsync();

        second.Value.ShouldNotBe(first);
        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe(second.Value);
        (await memcached.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe(second.Value);
    }

    [Fact]
    public async Task A_mirror_that_was_emptied_or_switched_on_later_gets_the_stored_token_without_a_fetch()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string token = await FetchAsync(account);
        account.Token.Mirrors.Add(Mirror(redis.Connection, nameof(MirrorFormat.WxJava), ""));
        TokenMirrors worker = account.NewProcess().GetRequiredService<TokenMirrors>();

        await KeepAsync(worker, account);
        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe(token);
        await redis.Server.FlushAllDatabasesAsync();
        await KeepAsync(worker, account);
        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe(token);
        await redis.Database.KeyDeleteAsync(Key("wx:access_token:APPID", account));
        await KeepAsync(worker, account);

        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe(token);
        account.Emulator.Requests.Count("/cgi-bin/stable_token").ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_another_program_wrote_after_ours_stays()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Token.Mirrors.Add(Mirror(redis.Connection, nameof(MirrorFormat.WxJava), ""));
        await FetchAsync(account);
        await redis.Database.StringSetAsync(Key("wx:access_token:APPID", account), "a-token-of-wxjava", TimeSpan.FromHours(2));

        await KeepAsync(account.NewProcess().GetRequiredService<TokenMirrors>(), account);

        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe("a-token-of-wxjava");
    }

    [Fact]
    public async Task A_token_that_its_service_replaced_early_is_handed_on_before_the_old_one_ends_and_one_that_is_the_same_is_no_newer_one()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        string current = "the-first-token";
        await using TokenService service = await TokenService.StartAsync("the-bearer", () => current);
        account.Account.TokenSource = TokenSource.External;
        account.Account.TokenAddress = service.Address;
        account.Account.TokenBearer = "the-bearer";
        account.Token.Mirrors.Add(Mirror(redis.Connection, nameof(MirrorFormat.WxJava), ""));
        await FetchAsync(account);
        current = "the-second-token";
        service.Life = 6_900;
        await PassAsync("5 minutes");

        (await FetchAsync(account)).ShouldBe(current);
        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe(current);

        await redis.Database.StringSetAsync(Key("wx:access_token:APPID", account), "a-token-of-wxjava", TimeSpan.FromHours(2));
        service.Life = 6_600;
        await PassAsync("5 minutes");
        (await FetchAsync(account)).ShouldBe(current);
        service.Asked.ShouldBe(3);
        (await redis.ReadAsync(Key("wx:access_token:APPID", account))).ShouldBe("a-token-of-wxjava");

        // That the service cannot be asked is told when the token is about to end.
        account.Account.TokenBearer = "another-bearer";
        await PassAsync("5 minutes");
        await account.NewProcess().GetRequiredService<WeChatClients>().RefreshTokenIfDueAsync(account.Account, default);
        await PassAsync("101 minutes");
        await Should.ThrowAsync<WeChatApiException>(() => account.NewProcess().GetRequiredService<WeChatClients>().RefreshTokenIfDueAsync(account.Account, default));
        (await FetchAsync(account)).ShouldBe(current);

        Task PassAsync(string time) => account.Tables.ExecuteAsync($"update followersync.access_tokens set obtained_at = obtained_at - interval '{time}', expires_at = expires_at - interval '{time}'");
    }

    [Fact]
    public async Task A_token_read_from_the_Redis_of_another_program_goes_into_no_mirror()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using SyncedAccount account = await SyncedAccount.StartAsync(Tiny);
        account.Token.Mirrors.Add(Mirror(redis.Connection, nameof(MirrorFormat.Custom), "shared/{appid}"));
        account.Account.TokenSource = TokenSource.Redis;
        account.Account.TokenRedis = new TokenRedisOptions { Connection = redis.Connection, Key = "of-wxjava" };
        await redis.Database.StringSetAsync("of-wxjava", account.Truth.Tokens.RotateByAnotherProgram(), TimeSpan.FromHours(2));

        await FetchAsync(account);

        (await redis.ReadAsync(Key("shared/APPID", account))).ShouldBeNull();
        (await redis.Server.DatabaseSizeAsync()).ShouldBe(1);
    }

    internal static TokenMirrorOptions Mirror(string connection, string format, string detail) => Enum.Parse<MirrorFormat>(format) switch
    {
        MirrorFormat.Custom => new TokenMirrorOptions { Connection = connection, Format = MirrorFormat.Custom, Key = detail },
        MirrorFormat other => new TokenMirrorOptions { Connection = connection, Format = other, Prefix = detail },
    };

    internal static string Key(string key, SyncedAccount account) => key.Replace("APPID", account.Account.AppId, StringComparison.Ordinal);

    /// <summary>A new process gets a token, and its mirrors are written.</summary>
    internal static async Task<string> FetchAsync(SyncedAccount account)
    {
        IServiceProvider process = account.NewProcess();
        AccessToken token = await process.GetRequiredService<WeChatClients>().GetTokenAsync(account.Account, TimeSpan.FromSeconds(5), default);
        await process.GetRequiredService<TokenMirrors>().QuietAsync();
        return token.Value;
    }

    internal static async Task KeepAsync(TokenMirrors worker, SyncedAccount account)
    {
        worker.Announce(account.Account);
        await worker.QuietAsync();
    }
}
