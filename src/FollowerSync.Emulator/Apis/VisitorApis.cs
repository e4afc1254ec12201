using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;
using FollowerSync.Emulator.Visitors;

namespace FollowerSync.Emulator.Apis;

/// <summary>The calls of web authorisation: code to token and openid, and what a token tells.</summary>
internal sealed class VisitorApis(EmulatorOptions options, IReadOnlyList<EmulatedAccount> accounts)
{
    private const string ProfileScope = "snsapi_userinfo";

    public WeChatError? Exchange(ApiCall call)
    {
        if (Refuse(call, "authorization_code", needsSecret: true) is { } refused)
            return refused;
        if (call.Query("code") is not { Length: > 0 } code)
            return WeChatError.MissingCode;
        (Grant? grant, CodeFate fate) = call.Account.Visitors.Take(code);
        return fate switch
        {
            CodeFate.Used => WeChatError.UsedCode,
            CodeFate.Expired => WeChatError.ExpiredCode,
            CodeFate.Good => Write(call, grant!, withUnionId: grant!.Scope == ProfileScope),
            _ => WeChatError.InvalidCode,
        };
    }

    public WeChatError? Refresh(ApiCall call)
    {
        if (Refuse(call, "refresh_token", needsSecret: false) is { } refused)
            return refused;
        if (call.Query("refresh_token") is not { Length: > 0 } token)
            return WeChatError.MissingRefreshToken;
        (Grant? grant, bool isExpired) = call.Account.Visitors.Refresh(token);
        return grant is null ? WeChatError.InvalidRefreshToken : isExpired ? WeChatError.ExpiredRefreshToken : Write(call, grant, withUnionId: false);
    }

    public static WeChatError? Check(ApiCall call)
    {
        if (Find(call, out _) is { } refused)
            return refused;
        call.Answer.Raw("{\"errcode\":0,\"errmsg\":\"ok\"}"u8);
        return null;
    }

    public static WeChatError? Profile(ApiCall call)
    {
        if (Find(call, out Grant? grant) is { } refused)
            return refused;
        if (grant!.Scope != ProfileScope || grant.IsSnapshot)
            return WeChatError.Unauthorized;
        VisitorJson.Write(call, call.Account.PersonAs(grant.OpenId));
        return null;
    }

    private WeChatError? Refuse(ApiCall call, string grantType, bool needsSecret)
    {
        if (call.Query("appid") is not { Length: > 0 } appId)
            return WeChatError.MissingAppId;
        if (needsSecret && string.IsNullOrEmpty(call.Query("secret")))
            return WeChatError.MissingSecret;
        if (call.Query("grant_type") != grantType)
            return WeChatError.InvalidGrantType;
        call.Owner = accounts.FirstOrDefault(account => account.AppId == appId);
        if (call.Owner is null)
            return WeChatError.InvalidAppId;
        return needsSecret && call.Owner.AppSecret != call.Query("secret") ? WeChatError.InvalidSecret : call.Owner.Quota.Count(call.Path);
    }

    private static WeChatError? Find(ApiCall call, out Grant? grant)
    {
        grant = null;
        if (call.Query("access_token") is not { Length: > 0 } token)
            return WeChatError.MissingToken;
        if (call.Query("openid") is not { Length: > 0 } openId)
            return WeChatError.MissingOpenId;
        if (call.Owner is null)
            return WeChatError.InvalidSecretOrToken;
        (grant, bool isExpired) = call.Owner.Visitors.ByToken(token);
        return grant is null ? WeChatError.InvalidSecretOrToken : isExpired ? WeChatError.ExpiredToken : grant.OpenId == openId ? null : WeChatError.InvalidOpenId;
    }

    private WeChatError? Write(ApiCall call, Grant grant, bool withUnionId)
    {
        BodyBuffer body = call.Answer;
        body.Raw("{\"access_token\":"u8);
        body.Text(grant.Token);
        body.Raw(",\"expires_in\":"u8);
        body.Number((long)options.TokenLifetime.TotalSeconds);
        body.Raw(",\"refresh_token\":"u8);
        body.Text(grant.RefreshToken);
        body.Raw(",\"openid\":"u8);
        body.Text(grant.OpenId);
        body.Raw(",\"scope\":"u8);
        body.Text(grant.Scope);
        if (grant.IsSnapshot)
            body.Raw(",\"is_snapshotuser\":1"u8);
        if (withUnionId && call.Account.PersonAs(grant.OpenId).UnionId is { } unionId)
        {
            body.Raw(",\"unionid\":"u8);
            body.Text(unionId);
        }
        body.Raw("}"u8);
        return null;
    }
}
