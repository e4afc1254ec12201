using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.WeChat.Tokens;

/// <summary><c>Token:Mirrors[]</c>: a cache that the tokens of all accounts are written to, as another program looks for them.</summary>
internal sealed class TokenMirrorOptions : ISettingsRules
{
    /// <summary>What the cache is. Default <see cref="CacheKind.Redis"/>.</summary>
    public CacheKind Kind { get; set; } = CacheKind.Redis;

    /// <summary>For Redis a connection string of StackExchange.Redis (<c>cache.example:6379,password=…,ssl=true</c>), for Memcached HOST:PORT.
    /// Its password is never logged.</summary>
    [Secret(InPart = true)]
    public string Connection { get; set; } = "";

    /// <summary>Whose keys and values. Default <see cref="MirrorFormat.WxJava"/>.</summary>
    public MirrorFormat Format { get; set; } = MirrorFormat.WxJava;

    /// <summary>For <see cref="MirrorFormat.Custom"/>: the key, in which <c>{appid}</c> stands for the AppId; the value is the token itself.</summary>
    public string Key { get; set; } = "";

    /// <summary>How the keys begin, if the other program was told another beginning than its usual one: <c>wx</c> (WxJava), <c>gowechat_officialaccount_</c>
    /// (Silenceper), <c>wechatpy</c> (Wechatpy). Default empty: the usual one.</summary>
    public string Prefix { get; set; } = "";

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (Connection.Length == 0)
            yield return new SettingsFault(nameof(Connection), "must be the address of the cache", "empty");
        else if ((Kind == CacheKind.Redis ? RedisAddress.Broken(Connection) : MemcachedAddress.Broken(Connection)) is { } broken)
            yield return new SettingsFault(nameof(Connection), broken);
        if (Format == MirrorFormat.Custom && !Key.Contains(TokenRedisOptions.AppIdPart, StringComparison.OrdinalIgnoreCase))
            yield return new SettingsFault(nameof(Key), $"must be a key with {TokenRedisOptions.AppIdPart} in it, which stands for the AppId, when Format is Custom", ShownValue.Of(Key, secret: false));
        if (Format != MirrorFormat.Custom && Key.Length > 0)
            yield return new SettingsFault(nameof(Key), "is for Format Custom; the other formats have keys of their own", ShownValue.Of(Key, secret: false));
        if (Format == MirrorFormat.Custom && Prefix.Length > 0)
            yield return new SettingsFault(nameof(Prefix), "is not for Format Custom: write it into Key", ShownValue.Of(Prefix, secret: false));
        foreach ((string name, string part) in new[] { (nameof(Key), Key), (nameof(Prefix), Prefix) })
            if (BrokenPart(part) is { } rule)
                yield return new SettingsFault(name, rule, ShownValue.Of(part, secret: false));
    }

    // Eighteen letters of AppId, some fifty of the formats and of the order's key besides.
    private Sentence? BrokenPart(string part) =>
        part.Any(letter => letter is <= ' ' or '\u007f') ? (Sentence)"must not contain spaces or control characters"
        : Kind == CacheKind.Memcached && part.Any(letter => letter > '~') ? "must be visible ASCII: memcached takes no other keys"
        : System.Text.Encoding.UTF8.GetByteCount(part) > MemcachedAddress.LongestKey - 80 ? (Sentence)$"must not be longer than {MemcachedAddress.LongestKey - 80} bytes"
        : null;
}

/// <summary>What a cache is.</summary>
internal enum CacheKind
{
    /// <summary>Redis, or what speaks like it (Valkey, KeyDB), 2.6 or newer.</summary>
    Redis,

    /// <summary>memcached 1.4 or newer.</summary>
    Memcached,
}

/// <summary>Whose keys and values.</summary>
internal enum MirrorFormat
{
    /// <summary><c>{prefix}:access_token:{appid}</c>, the token itself (WxJava with Redis).</summary>
    WxJava,

    /// <summary><c>{prefix}_access_token_{appid}</c>, for stable tokens also <c>{prefix}_stable_access_token_{appid}</c> (github.com/silenceper/wechat).</summary>
    Silenceper,

    /// <summary><c>{prefix}:{appid}_access_token</c>, the token as JSON (wechatpy).</summary>
    Wechatpy,

    /// <summary>A key of your own, the token itself.</summary>
    Custom,
}
