using System.Text.Encodings.Web;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Sharing;

/// <summary>Under which keys, as what text and for how long the programs of others look for a token; read in their sources, see docs/tokens.md.</summary>
internal static class MirroredKeys
{
    // The SDK lets its own stable tokens go so long before their end.
    private static readonly TimeSpan SilenceperMargin = TimeSpan.FromMinutes(5);

    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="options">The mirror.</param>
    /// <param name="account">The account.</param>
    /// <param name="token">Its token.</param>
    /// <returns>One entry a key; none when the token ends too soon to be shared.</returns>
    public static IEnumerable<CacheEntry> Of(TokenMirrorOptions options, AccountOptions account, MirroredToken token)
    {
        bool isStable = account.TokenSource == TokenSource.Stable;
        TimeSpan life = options.Format == MirrorFormat.Silenceper && isStable ? token.Left - SilenceperMargin : token.Left;
        // Memcached counts seconds, and takes 0 for always.
        TimeSpan shortest = options.Kind == CacheKind.Memcached ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(1);
        return life < shortest ? [] : KeysOf(options, account.AppId, isStable).Select(key => new CacheEntry(key, TextOf(options, token.Value), life, token.Generation));
    }

    private static IEnumerable<string> KeysOf(TokenMirrorOptions options, string appId, bool isStable) => options.Format switch
    {
        MirrorFormat.WxJava => [$"{Or(options.Prefix, "wx")}:access_token:{appId}"],
        MirrorFormat.Wechatpy => [$"{Or(options.Prefix, "wechatpy")}:{appId}_access_token"],
        // Programs that were not told to use stable tokens look under the first one, and a stable token is as good for them.
        MirrorFormat.Silenceper =>
        [
            $"{Or(options.Prefix, "gowechat_officialaccount_")}_access_token_{appId}",
            .. isStable ? [$"{Or(options.Prefix, "gowechat_officialaccount_")}_stable_access_token_{appId}"] : Array.Empty<string>(),
        ],
        _ => [options.Key.Replace(TokenRedisOptions.AppIdPart, appId, StringComparison.OrdinalIgnoreCase)],
    };

    // silenceper/wechat writes text as it is to Redis, and as JSON to memcached.
    private static string TextOf(TokenMirrorOptions options, string token) =>
        options.Format == MirrorFormat.Wechatpy || (options.Format == MirrorFormat.Silenceper && options.Kind == CacheKind.Memcached)
            ? JsonSerializer.Serialize(token, PlainText) : token;

    private static string Or(string prefix, string usual) => prefix.Length > 0 ? prefix : usual;
}
