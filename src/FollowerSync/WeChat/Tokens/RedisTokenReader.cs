using System.Text;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Languages;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Reads the token that another program keeps in Redis. Writes nothing there, ever.</summary>
internal sealed class RedisTokenReader(RedisCaches caches, AccountSecrets secrets)
{
    private static readonly Sentence Writer = "the program that fetches tokens for this account";

    /// <summary>The Redis and the key, for errors.</summary>
    public static string ApiOf(AccountOptions account) => RedisAddress.Shown(account.TokenRedis.Connection);

    /// <summary>That the key still has the token which WeChat refuses.</summary>
    public static Sentence StillRefused(AccountOptions account) =>
        $"Under the key {account.TokenRedis.KeyOf(account.AppId)} of {ApiOf(account)} still stands the token that WeChat refuses. It must be replaced by {Writer}: look whether that runs.";

    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async Task<AccessToken> ReadAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        string api = ApiOf(account);
        string key = account.TokenRedis.KeyOf(account.AppId);
        try
        {
            (string text, TimeSpan? life) = await caches.For(secrets.Of(account).RedisConnection).ReadAsync(key, cancellationToken)
                ?? throw WeChatApiException.NoTokenInCache(api, $"there is nothing under the key {key}", $"It must be written by {Writer}: look whether that runs, and at WeChat:Accounts:TokenRedis:Key.");
            // Without an end of its own nobody knows how long it works: it is read again each minute.
            TimeSpan left = life ?? TokenTiming.AboutToRotate;
            return TokenOf(text) is { } token && TokenRule.IsToken(token) && left > TimeSpan.Zero
                ? new AccessToken(token, left, left)
                : throw WeChatApiException.NoTokenInCache(
                    api, $"what is under the key {key} is no token: neither the token itself, nor in quotes, nor JSON with access_token", $"Look at WeChat:Accounts:TokenRedis:Key, and at what {Writer} writes.");
        }
        catch (CacheException failure)
        {
            throw WeChatApiException.CacheFailed(api, failure.Text, isLogin: failure.IsOfLogin);
        }
    }

    private static string? TokenOf(string text)
    {
        string trimmed = text.Trim();
        // What PHP serialises (s:157:"91_…";) is no bare token either.
        if (trimmed is not ['"' or '{', ..])
            return trimmed.IndexOfAny(['"', '{', ';']) < 0 ? trimmed : null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetBytes(trimmed));
            JsonElement token = json.RootElement;
            if (token.ValueKind == JsonValueKind.Object && !token.TryGetProperty("access_token", out token))
                return null;
            return token.ValueKind == JsonValueKind.String ? token.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
