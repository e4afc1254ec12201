using FollowerSync.CommandLine;
using FollowerSync.Settings;

namespace FollowerSync.Tests.Settings;

/// <summary>Mistakes in where tokens go to and come from are named with key and rule, and never with a secret.</summary>
public sealed class TokenSettingsTests
{
    private const string Secret = "sup3rs3cretpassw0rd";

    [Theory]
    [InlineData("""{ "Connection": "" }""", "Connection", "must be the address of the cache")]
    [InlineData("""{ "Connection": "redis://:sup3rs3cretpassw0rd@cache:6379" }""", "Connection", "no redis:// address")]
    [InlineData("""{ "Connection": "cache:6379,pasword=sup3rs3cretpassw0rd" }""", "Connection", "connection string of StackExchange.Redis")]
    [InlineData("""{ "Connection": "password=sup3rs3cretpassw0rd" }""", "Connection", "must be the address of a Redis server")]
    [InlineData("""{ "Kind": "Memcached", "Connection": "cache:6379,password=sup3rs3cretpassw0rd" }""", "Connection", "HOST:PORT of one memcached server")]
    [InlineData("""{ "Kind": "Memcached", "Connection": "cache:70000" }""", "Connection", "HOST:PORT of one memcached server")]
    [InlineData("""{ "Kind": "Valkey", "Connection": "cache" }""", "Kind", "must be one of Redis, Memcached")]
    [InlineData("""{ "Connection": "cache", "Format": "EasyWeChat" }""", "Format", "must be one of WxJava, Silenceper, Wechatpy, Custom")]
    [InlineData("""{ "Connection": "cache", "Format": "Custom" }""", "Key", "with {appid} in it")]
    [InlineData("""{ "Connection": "cache", "Format": "Custom", "Key": "token" }""", "Key", "with {appid} in it")]
    [InlineData("""{ "Connection": "cache", "Format": "Custom", "Key": "my token {appid}" }""", "Key", "must not contain spaces")]
    [InlineData("""{ "Connection": "cache", "Format": "Custom", "Key": "a{appid}", "Prefix": "b" }""", "Prefix", "write it into Key")]
    [InlineData("""{ "Connection": "cache", "Key": "wx:{appid}" }""", "Key", "is for Format Custom")]
    [InlineData("""{ "Kind": "Memcached", "Connection": "cache", "Prefix": "公众号" }""", "Prefix", "must be visible ASCII")]
    [InlineData("""{ "Connection": "cache", "Prefx": "b" }""", "Prefx", "Did you mean Token:Mirrors[0]:Prefix?")]
    public void A_wrong_mirror_is_named(string mirror, string key, string rule)
    {
        SettingsFault fault = SettingsText.FaultsBesideAnAccount($$"""  "Token": { "Mirrors": [ {{mirror}} ] } """).ShouldHaveSingleItem();

        fault.Key.ShouldBe($"Token:Mirrors[0]:{key}");
        fault.ToString().ShouldContain(rule);
        fault.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public void A_key_too_long_for_memcached_is_named() =>
        SettingsText.FaultsBesideAnAccount($$"""  "Token": { "Mirrors": [ { "Kind": "Memcached", "Connection": "cache", "Prefix": "{{new string('p', 171)}}" } ] } """)
            .ShouldHaveSingleItem().ToString().ShouldContain("must not be longer than 170 bytes");

    [Theory]
    [InlineData("""{ "Connection": "cache.example:6379,password=sup3rs3cretpassw0rd,ssl=true", "Format": "Silenceper" }""")]
    [InlineData("""{ "Connection": "10.0.0.1:6379,10.0.0.2:6379,user=fs,password=sup3rs3cretpassw0rd", "Prefix": "wx:mp:multi" }""")]
    [InlineData("""{ "Kind": "Memcached", "Connection": "cache.example" }""")]
    [InlineData("""{ "Kind": "memcached", "Connection": "[::1]:11211", "Format": "wechatpy" }""")]
    [InlineData("""{ "Connection": "cache", "Format": "Custom", "Key": "shop/{appid}/token" }""")]
    public void A_right_mirror_is_taken(string mirror) => SettingsText.FaultsBesideAnAccount($$"""  "Token": { "Mirrors": [ {{mirror}} ] } """).ShouldBeEmpty();

    [Theory]
    [InlineData("""{ "Name": "shop", "Bearer": "sup3rs3cretpassw0rd" }""", "Clients[0]:Bearer", "must have 32 letters or more")]
    [InlineData("""{ "Name": "shop" }""", "Clients[0]:Bearer", "must have 32 letters or more")]
    [InlineData("""{ "Name": "shop", "Bearer": "sup3rs3cretpassw0rd sup3rs3cretpassw0rd" }""", "Clients[0]:Bearer", "must be visible ASCII without spaces")]
    [InlineData("""{ "Name": "", "Bearer": "sup3rs3cretpassw0rdsup3rs3cretpassw0rd" }""", "Clients[0]:Name", "must be a name for people")]
    [InlineData("""{ "Name": "a", "Bearer": "sup3rs3cretpassw0rdsup3rs3cretpassw0rd" }, { "Name": "A", "Bearer": "another-bearer-of-the-tests-0123456789" }""", "Clients[1]:Name", "must differ")]
    [InlineData("""{ "Name": "a", "Bearer": "sup3rs3cretpassw0rdsup3rs3cretpassw0rd" }, { "Name": "b", "Bearer": "sup3rs3cretpassw0rdsup3rs3cretpassw0rd" }""", "Clients[1]:Bearer", "must differ")]
    public void A_wrong_client_is_named(string clients, string key, string rule)
    {
        SettingsFault fault = SettingsText.FaultsBesideAnAccount($$"""  "Token": { "Service": { "Clients": [ {{clients}} ] } } """).ShouldHaveSingleItem();

        fault.Key.ShouldBe($"Token:Service:{key}");
        fault.ToString().ShouldContain(rule);
        fault.ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("/")]
    [InlineData("/token/")]
    [InlineData("/to ken")]
    [InlineData("/health/token")]
    [InlineData("/accounts")]
    [InlineData("/Files/token")]
    [InlineData("/signin-oidc")]
    [InlineData("/{appid}")]
    public void A_wrong_path_is_named(string path) =>
        SettingsText.FaultsBesideAnAccount($$"""  "Token": { "Service": { "Path": "{{path}}" } } """).ShouldHaveSingleItem().Key.ShouldBe("Token:Service:Path");

    [Fact]
    public void A_token_read_from_Redis_needs_an_address_and_a_key_and_no_AppSecret()
    {
        IReadOnlyList<SettingsFault> faults = Account("""  "TokenSource": "Redis" """);
        faults.Select(fault => fault.Key).ShouldBe(["WeChat:Accounts[0]:TokenRedis:Connection", "WeChat:Accounts[0]:TokenRedis:Key"]);

        Account("""  "TokenSource": "Redis", "TokenRedis": { "Connection": "cache:6379,password=sup3rs3cretpassw0rd", "Key": "wx:access_token:{appid}" } """).ShouldBeEmpty();
        SettingsFault fault = Account("""  "TokenSource": "Redis", "TokenRedis": { "Connection": "redis://:sup3rs3cretpassw0rd@cache", "Key": "k" } """).ShouldHaveSingleItem();
        fault.ToString().ShouldContain("WeChat:Accounts[0]:TokenRedis:Connection must be the address of a Redis server");
        fault.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public void Of_a_connection_string_only_the_password_counts_as_secret()
    {
        const string Json = """
            { "Token": { "Mirrors": [ { "Connection": "cache.example:6379,password=sup3rs3cretpassw0rd" } ] },
              "WeChat": { "Accounts": [ { "TokenRedis": { "Connection": "other.example,password=an0thers3cret" } } ] } }
            """;

        SecretValues.Of(SettingsText.Read(Json), FollowerSyncSettings.Schema).ShouldBeEmpty();
        SecretValues.Of(SettingsText.Read(Json), FollowerSyncSettings.Schema, inPart: true).SelectMany(FollowerSync.Caches.RedisAddress.SecretsOf).Order()
            .ShouldBe(["an0thers3cret", Secret]);
        FollowerSync.Caches.RedisAddress.SecretsOf("redis://:sup3rs3cretpassw0rd@cache").ShouldBe(["redis://:sup3rs3cretpassw0rd@cache"], "what cannot be taken apart is secret as a whole");
    }

    [Fact]
    public void The_rest_of_a_password_behind_a_comma_is_no_address_and_is_shown_nowhere()
    {
        const string Cut = "cache:6379,password=abc,Def456ghi";

        Account($$"""  "TokenSource": "Redis", "TokenRedis": { "Connection": "{{Cut}}", "Key": "k" } """).ShouldHaveSingleItem().ToString().ShouldNotContain("Def456ghi");

        FollowerSync.Caches.RedisAddress.Shown(Cut).ShouldBe("Redis");
        FollowerSync.Caches.RedisAddress.SecretsOf(Cut).ShouldBe([Cut]);
        FollowerSync.Caches.RedisAddress.Broken("one.example:6379, two.example:6379, password=abc, ssl=true,").ShouldBeNull();
    }

    private static IReadOnlyList<SettingsFault> Account(string more) => SettingsText.Faults($$"""{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", {{more}} } ] } }""");
}
