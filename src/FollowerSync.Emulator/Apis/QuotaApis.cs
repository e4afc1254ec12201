using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Apis;

/// <summary><c>quota/get</c>, <c>rid/get</c> and <c>clear_quota</c>.</summary>
internal sealed class QuotaApis(IReadOnlyList<EmulatedAccount> accounts, Func<string, bool> isKnown, FailedCalls failed)
{
    public WeChatError? Get(ApiCall call)
    {
        string path = call.Field("cgi_path") ?? "";
        if (!path.StartsWith('/'))
            return WeChatError.MalformedCgiPath;
        if (path.StartsWith("/sns/", StringComparison.Ordinal))
            return WeChatError.ForbiddenCgiPath;
        if (!isKnown(path))
            return WeChatError.UnknownCgiPath;
        CallQuota quota = call.Account.Quota;
        int used = quota.Used(path);
        int limit = quota.DailyLimit(path);
        call.Answer.Raw("{\"errcode\":0,\"errmsg\":\"ok\",\"quota\":{\"daily_limit\":"u8);
        call.Answer.Number(limit);
        call.Answer.Raw(",\"used\":"u8);
        call.Answer.Number(used);
        call.Answer.Raw(",\"remain\":"u8);
        call.Answer.Number(limit - used);
        call.Answer.Raw("}"u8);
        if (quota.MinuteLimit(path) is > 0 and int perMinute)
        {
            call.Answer.Raw(",\"rate_limit\":{\"call_count\":"u8);
            call.Answer.Number(perMinute);
            call.Answer.Raw(",\"refresh_second\":60}"u8);
        }
        call.Answer.Raw("}"u8);
        return null;
    }

    public WeChatError? Rid(ApiCall call)
    {
        string rid = call.Field("rid") ?? "";
        if (rid.Length != 26 || rid.Count('-') != 2)
            return WeChatError.MalformedRid;
        if (failed.Find(rid, call.Account.AppId) is not { } found)
            return WeChatError.UnknownRid;
        call.Answer.Raw("{\"errcode\":0,\"errmsg\":\"ok\",\"request\":{\"invoke_time\":"u8);
        call.Answer.Number(found.Time);
        call.Answer.Raw(",\"cost_in_ms\":1,\"request_url\":"u8);
        call.Answer.Text(found.Url);
        call.Answer.Raw(",\"request_body\":"u8);
        call.Answer.Text(found.Body);
        call.Answer.Raw(",\"response_body\":"u8);
        call.Answer.Text(found.Answer);
        call.Answer.Raw(",\"client_ip\":\"127.0.0.1\"}}"u8);
        return null;
    }

    public static WeChatError? Clear(ApiCall call) =>
        call.Field("appid") == call.Account.AppId ? Clear(call, call.Account) : WeChatError.InvalidAppId;

    /// <summary>The documents disagree whether the secret goes into the body or the query; both are taken.</summary>
    public WeChatError? ClearBySecret(ApiCall call)
    {
        string? appId = call.Field("appid") ?? call.Query("appid");
        if (string.IsNullOrEmpty(appId))
            return WeChatError.MissingAppId;
        string? secret = call.Field("appsecret") ?? call.Query("appsecret");
        if (string.IsNullOrEmpty(secret))
            return WeChatError.MissingSecret;
        call.Owner = accounts.FirstOrDefault(account => account.AppId == appId);
        if (call.Owner is null)
            return WeChatError.InvalidAppId;
        return call.Owner.AppSecret == secret ? Clear(call, call.Owner) : WeChatError.InvalidSecret;
    }

    private static WeChatError? Clear(ApiCall call, EmulatedAccount account)
    {
        if (!account.Quota.TryClear())
            return WeChatError.ClearsSpent;
        call.Answer.Raw("{\"errcode\":0,\"errmsg\":\"ok\"}"u8);
        return null;
    }
}
