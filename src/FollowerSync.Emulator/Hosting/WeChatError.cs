using System.Collections.Frozen;

namespace FollowerSync.Emulator.Hosting;

/// <summary>An errcode with the text that WeChat usually gives it; the rid is added when it is written.</summary>
internal sealed record WeChatError(int Code, string Message)
{
    public static readonly WeChatError SystemBusy = new(-1, "system error");
    public static readonly WeChatError InvalidSecretOrToken = new(
        40001, "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken");
    public static readonly WeChatError InvalidGrantType = new(40002, "invalid grant_type");
    public static readonly WeChatError InvalidOpenId = new(40003, "invalid openid");
    public static readonly WeChatError InvalidAppId = new(40013, "invalid appid");
    public static readonly WeChatError InvalidToken = new(40014, "invalid access_token");
    public static readonly WeChatError InvalidListSize = new(40032, "invalid openid list size");
    public static readonly WeChatError UnknownUrl = new(40066, "invalid url");
    public static readonly WeChatError InvalidSecret = new(40125, "invalid appsecret");
    public static readonly WeChatError MissingToken = new(41001, "access_token missing");
    public static readonly WeChatError MissingAppId = new(41002, "appid missing");
    public static readonly WeChatError MissingSecret = new(41004, "appsecret missing");
    public static readonly WeChatError MissingOpenId = new(41009, "missing openid");
    public static readonly WeChatError ExpiredToken = new(42001, "access_token expired");
    public static readonly WeChatError GetRequired = new(43001, "require GET method");
    public static readonly WeChatError PostRequired = new(43002, "require POST method");
    public static readonly WeChatError EmptyBody = new(44002, "empty post data");
    public static readonly WeChatError DailyQuotaSpent = new(45009, "reach max api daily quota limit");
    public static readonly WeChatError MinuteQuotaSpent = new(45011, "api minute-quota reach limit, must slower, retry next minute");
    public static readonly WeChatError InvalidTagId = new(45159, "invalid tag id");
    public static readonly WeChatError BadJson = new(47001, "data format error");
    public static readonly WeChatError ClearsSpent = new(48006, "forbid to clear quota because of reaching the limit");
    public static readonly WeChatError ForeignOpenId = new(49003, "not match openid with appid");
    public static readonly WeChatError InvalidDate = new(61500, "date format error");
    public static readonly WeChatError InvalidDateRange = new(61501, "date range error");
    public static readonly WeChatError NotMigrated = new(63178, "appid wrong");
    public static readonly WeChatError EmptyOpenIdList = new(63182, "openid_list empty");
    public static readonly WeChatError UnknownRid = new(76001, "rid not found");
    public static readonly WeChatError MalformedRid = new(76002, "invalid rid");
    public static readonly WeChatError MalformedCgiPath = new(76003, "cgi_path invalid");
    public static readonly WeChatError UnknownCgiPath = new(76021, "cgi_path not found, please check");
    public static readonly WeChatError ForbiddenCgiPath = new(76022, "could not use this cgi_path, no permission");

    private static readonly FrozenDictionary<int, WeChatError> ByCode = new[]
    {
        SystemBusy, InvalidSecretOrToken, InvalidOpenId, InvalidAppId, InvalidToken, InvalidListSize, InvalidSecret, ExpiredToken,
        DailyQuotaSpent, MinuteQuotaSpent, BadJson, ForeignOpenId,
        new(40164, "invalid ip 127.0.0.1, not in whitelist"), new(40243, "AppSecret is frozen"), new(43004, "require subscribe"),
        new(48001, "api unauthorized"), new(48004, "api forbidden"), new(50002, "user limited"), new(50005, "user unsubscribed"),
        new(89503, "this ip needs the confirmation of the administrator"),
    }.ToFrozenDictionary(error => error.Code);

    /// <summary>An error by its code, with the text WeChat is known to give it unless the caller has another.</summary>
    public static WeChatError Of(int code, string? message) =>
        message is null && ByCode.TryGetValue(code, out WeChatError? known) ? known : new WeChatError(code, message ?? "error of the fault plan");
}
