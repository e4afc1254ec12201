using System.Text;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.People;
using FollowerSync.Emulator.Tokens;

namespace FollowerSync.Emulator.Hosting;

/// <summary>Answers a call as WeChat would: is the path known, the method right, the token good, the quota left, the body JSON?</summary>
internal sealed class CallAnswerer(EmulatorOptions options, IReadOnlyList<EmulatedAccount> accounts, ApiTable apis, FailedCalls failed)
{
    private const int RememberedBody = 2048;

    private int _rids;

    /// <summary>Whose call it is, as far as the request tells; needed before faults are chosen.</summary>
    public void FindOwner(ApiCall call)
    {
        string? token = call.Query("access_token");
        call.IsKnownPath = apis.Find(call.Path) is not null;
        call.Owner = string.IsNullOrEmpty(token)
            ? accounts.FirstOrDefault(account => account.AppId == call.Query("appid"))
            : accounts.FirstOrDefault(account => account.Tokens.FateOf(token) != TokenFate.Unknown || account.Visitors.Knows(token));
        if (call.Path == Paths.UserGet)
            call.Page = call.Owner?.Pages.NumberOf(call.Query("next_openid")) ?? 0;
    }

    public void Answer(ApiCall call)
    {
        if (TryAnswer(call) is { } error)
            WriteError(call, error);
    }

    public void WriteError(ApiCall call, WeChatError error)
    {
        long now = options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();
        int ordinal = Interlocked.Increment(ref _rids);
        call.ErrCode = error.Code;
        call.Rid = $"{(uint)now:x8}-{(uint)SeededHash.Mix((uint)ordinal):x8}-{(uint)SeededHash.Mix(~(ulong)ordinal):x8}";
        call.Answer.Truncate(0);
        call.Answer.Raw("{\"errcode\":"u8);
        call.Answer.Number(error.Code);
        call.Answer.Raw(",\"errmsg\":"u8);
        call.Answer.Text($"{error.Message} rid: {call.Rid}");
        call.Answer.Raw("}"u8);
        Remember(call, now);
    }

    private WeChatError? TryAnswer(ApiCall call)
    {
        if (apis.Find(call.Path) is not { } api)
            return WeChatError.UnknownUrl;
        if (api.IsPost ? !call.IsPost : !call.IsGet)
            return api.IsPost ? WeChatError.PostRequired : WeChatError.GetRequired;
        if (api.NeedsToken && (RefuseToken(call) ?? call.Account.Quota.Count(call.Path)) is { } refused)
            return refused;
        if (call.Fault(FaultKind.ErrCode) is { } fault)
            return WeChatError.Of(fault.ErrCode ?? -1, fault.ErrMsg);
        if (api.IsPost && call.Request.Length == 0)
            return WeChatError.EmptyBody;
        // The batch reads its body itself, without a document: it is the call that has to be cheap.
        if (api.IsPost && api.Path != Paths.BatchGet && !call.TryReadJson())
            return WeChatError.BadJson;
        return api.Answer(call);
    }

    private static WeChatError? RefuseToken(ApiCall call)
    {
        if (call.Query("access_token") is not { Length: > 0 } token)
            return WeChatError.MissingToken;
        return (call.Owner?.Tokens.FateOf(token) ?? TokenFate.Unknown) switch
        {
            TokenFate.Valid => null,
            TokenFate.Expired => WeChatError.ExpiredToken,
            TokenFate.Replaced => WeChatError.InvalidSecretOrToken,
            _ => LooksIssued(token) ? WeChatError.InvalidSecretOrToken : WeChatError.InvalidToken,
        };
    }

    private static bool LooksIssued(string token) => token.Length > 100 && token.IndexOf('_', StringComparison.Ordinal) is > 0 and < 5;

    private void Remember(ApiCall call, long now)
    {
        string query = string.Join('&', call.Context.Request.Query
            .Where(pair => pair.Key is not ("access_token" or "refresh_token" or "secret" or "appsecret"))
            .Select(pair => $"{pair.Key}={pair.Value}"));
        bool hasSecret = call.Path is Paths.StableToken or Paths.ClearBySecret;
        string body = hasSecret ? "" : Encoding.UTF8.GetString(call.Request.Written.Span[..Math.Min(call.Request.Length, RememberedBody)]);
        string answer = Encoding.UTF8.GetString(call.Answer.Written.Span);
        failed.Add(new FailedCall(call.Rid ?? "", call.Owner?.AppId, now, $"{call.Path}?{query}", body, answer));
    }
}
