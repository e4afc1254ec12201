using System.Text.Json;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.Tokens;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>token</c> and <c>stable_token</c>.</summary>
internal sealed class TokenApis(IReadOnlyList<EmulatedAccount> accounts)
{
    public WeChatError? Classic(ApiCall call) =>
        Refuse(call, call.Query("grant_type"), call.Query("appid"), call.Query("secret"))
        ?? Write(call, call.Account.Tokens.IssueClassic());

    public WeChatError? Stable(ApiCall call)
    {
        if (Refuse(call, call.Field("grant_type"), call.Field("appid"), call.Field("secret")) is { } refused)
            return refused;
        bool force = call.Json.TryGetProperty("force_refresh", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        return Write(call, call.Account.Tokens.IssueStable(force));
    }

    private WeChatError? Refuse(ApiCall call, string? grantType, string? appId, string? secret)
    {
        if (string.IsNullOrEmpty(appId))
            return WeChatError.MissingAppId;
        if (string.IsNullOrEmpty(secret))
            return WeChatError.MissingSecret;
        if (grantType != "client_credential")
            return WeChatError.InvalidGrantType;
        call.Owner = accounts.FirstOrDefault(account => account.AppId == appId);
        if (call.Owner is null)
            return WeChatError.InvalidAppId;
        return call.Owner.AppSecret == secret ? call.Owner.Quota.Count(call.Path) : WeChatError.InvalidSecret;
    }

    private static WeChatError? Write(ApiCall call, TokenAnswer token)
    {
        if (token.Error is not null)
            return token.Error;
        call.Answer.Raw("{\"access_token\":"u8);
        call.Answer.Text(token.Token);
        call.Answer.Raw(",\"expires_in\":"u8);
        call.Answer.Number(token.ExpiresIn);
        call.Answer.Raw("}"u8);
        return null;
    }
}
