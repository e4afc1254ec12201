using System.Collections.Frozen;
using FollowerSync.Languages;

namespace FollowerSync.WeChat.Errors;

/// <summary>The one table that says what each of WeChat's return codes asks of us, and the remedy to tell a person.</summary>
internal static class ErrorReactions
{
    private const string CheckAppId = "Check WeChat:Accounts:AppId against the account's console (Settings and development > Basic configuration).";
    private const string CheckSecret = "Check WeChat:Accounts:AppSecret against the account's console, or reset it there. A corrected one in the settings file or a secret file is used at once, without a restart.";
    private const string AllowIp = "Add the IP address WeChat names to the account's IP whitelist (Settings and development > Basic configuration); it takes about five minutes.";
    private const string AskOwner = "The account's administrator must confirm this server's IP address; WeChat has sent a message.";
    private const string NeedsPermission = "The account lacks this API's permission: it must be verified, and the permission is listed under Development > API permissions.";
    private const string SeeConsole = "See the notices in the account's console.";
    private const string CheckMigration = "Check the AppID of the old account (or give its original ID, gh_…: --original-id), and that the migration is finished: both administrators have confirmed it.";
    private const string Report = "This is a fault of the program or a new habit of WeChat: report it with the rid.";
    private const string NextDay = "The worker goes on after midnight in Beijing. The console shows and can raise the limit.";

    private static readonly FrozenDictionary<int, ErrorReaction> Table = new Dictionary<int, ErrorReaction>
    {
        [-1] = new(Reaction.Retry, "system busy", "WeChat is overloaded; try later."),
        [61450] = new(Reaction.Retry, "system error", "WeChat is overloaded; try later."),

        [40001] = new(Reaction.RefreshToken, "token invalid or not the latest", "Another program probably fetches tokens for this account: let it use stable_token, or share one token service."),
        [40014] = new(Reaction.RefreshToken, "invalid access token", "Another program probably fetches tokens for this account: let it use stable_token, or share one token service."),
        [42001] = new(Reaction.RefreshToken, "access token expired", "Check the clock of this machine."),
        [41001] = new(Reaction.RefreshToken, "access token missing", Report),

        [40013] = new(Reaction.StopAccount, "invalid AppId", CheckAppId, IsSetting: true),
        [40125] = new(Reaction.StopAccount, "invalid AppSecret", CheckSecret, IsSetting: true),
        [41002] = new(Reaction.StopAccount, "AppId missing", CheckAppId, IsSetting: true),
        [41004] = new(Reaction.StopAccount, "AppSecret missing", CheckSecret, IsSetting: true),
        [40243] = new(Reaction.StopAccount, "AppSecret frozen", "Unfreeze the AppSecret in the account's console; it takes about ten minutes.", IsSetting: true),
        [40164] = new(Reaction.StopAccount, "IP address not on the whitelist", AllowIp),
        [45035] = new(Reaction.StopAccount, "IP address not registered", AllowIp),
        [61004] = new(Reaction.StopAccount, "IP address not registered", AllowIp),
        [48001] = new(Reaction.StopAccount, "API not authorised", NeedsPermission),
        [48004] = new(Reaction.StopAccount, "API banned", SeeConsole),
        [50001] = new(Reaction.StopAccount, "API not authorised by the user", NeedsPermission),
        [50002] = new(Reaction.StopAccount, "account restricted", SeeConsole),
        [61003] = new(Reaction.StopAccount, "account has not authorised the platform", NeedsPermission),
        [61007] = new(Reaction.StopAccount, "API not granted to the platform", NeedsPermission),
        [61023] = new(Reaction.StopAccount, "platform's refresh token invalid", NeedsPermission),
        [89501] = new(Reaction.StopAccount, "IP address waits for the administrator", AskOwner),
        [89503] = new(Reaction.StopAccount, "IP address needs the administrator's confirmation", AskOwner),
        [89506] = new(Reaction.StopAccount, "IP address refused twice by the administrator", "Blocked for 24 hours. " + AskOwner) { LookAgainAfter = TimeSpan.FromHours(24) },
        [89507] = new(Reaction.StopAccount, "IP address refused by the administrator", "Blocked for an hour. " + AskOwner) { LookAgainAfter = TimeSpan.FromHours(1) },

        [45009] = new(Reaction.QuotaSpent, "daily limit reached", NextDay),
        [48006] = new(Reaction.QuotaSpent, "monthly clears of the quota used up", NextDay),
        [45011] = new(Reaction.SlowDown, "minute limit reached", "The worker slows down by itself; lower Sync:BatchesInFlight if it happens often."),

        [40003] = new(Reaction.BadOpenId, "invalid openid", "The openid is recorded in followersync.rejected_openids and asked again later."),
        [40031] = new(Reaction.BadOpenId, "invalid openid list", "Lower Sync:BatchSize."),
        [40032] = new(Reaction.BadOpenId, "invalid openid list size", "Lower Sync:BatchSize."),
        [43004] = new(Reaction.BadOpenId, "not a follower", "The openid is recorded in followersync.rejected_openids and asked again later."),
        [43019] = new(Reaction.BadOpenId, "user is on the blacklist", "The openid is recorded in followersync.rejected_openids and asked again later."),
        [46004] = new(Reaction.BadOpenId, "user does not exist", "The openid is recorded in followersync.rejected_openids and asked again later."),
        [49003] = new(Reaction.BadOpenId, "openid of another account", "Check that no two accounts' AppIds were mixed up."),
        [50005] = new(Reaction.BadOpenId, "user does not follow", "The openid is recorded in followersync.rejected_openids and asked again later."),

        [45159] = new(Reaction.Bug, "there is no such tag", "It was deleted while its list was read; nobody's tags change until tags/get lacks it too."),

        [40029] = new(Reaction.FreshCode, "code of a visitor invalid", "The visitor is sent to WeChat once more. If it happens often, another program takes the codes of this account."),
        [40163] = new(Reaction.FreshCode, "code of a visitor used already", "The visitor is sent to WeChat once more. If it happens often, another program takes the codes of this account."),
        [42003] = new(Reaction.FreshCode, "code of a visitor expired", "The visitor is sent to WeChat once more."),

        [40002] = new(Reaction.Bug, "invalid grant type", Report),
        [40033] = new(Reaction.Bug, "escaped characters in the request", Report),
        [40035] = new(Reaction.Bug, "invalid parameter", Report),
        [40038] = new(Reaction.Bug, "invalid request format", Report),
        [40066] = new(Reaction.Bug, "unknown URL", "Check WeChat:BaseAddress."),
        [41003] = new(Reaction.Bug, "refresh token missing", Report),
        [41008] = new(Reaction.Bug, "code missing", Report),
        [41009] = new(Reaction.Bug, "openid missing", Report),
        [43001] = new(Reaction.Bug, "GET required", Report),
        [43002] = new(Reaction.Bug, "POST required", Report),
        [43003] = new(Reaction.Bug, "https required", "Use https in WeChat:BaseAddress."),
        [44002] = new(Reaction.Bug, "empty body", Report),
        [47001] = new(Reaction.Bug, "body is not valid JSON", Report),
        [61451] = new(Reaction.Bug, "invalid parameter", Report),
        [63178] = new(Reaction.Bug, "old account unknown, or not migrated to this one", CheckMigration),
        [63182] = new(Reaction.Bug, "openid list empty", Report),
        [76001] = new(Reaction.Bug, "rid not found", Report),
        [76002] = new(Reaction.Bug, "rid malformed", Report),
        [76003] = new(Reaction.Bug, "no permission for this rid", Report),
        [76021] = new(Reaction.Bug, "cgi_path not found", Report),
        [76022] = new(Reaction.Bug, "cgi_path not possible for this account", Report),
    }.ToFrozenDictionary();

    private static readonly ErrorReaction Unknown = new(Reaction.Bug, "unknown return code", Report);

    public static IReadOnlyDictionary<int, ErrorReaction> All => Table;

    /// <summary>Reaction to a code of a business call. A code nobody knows is a <see cref="Reaction.Bug"/>.</summary>
    public static ErrorReaction Of(int errorCode) => Table.GetValueOrDefault(errorCode, Unknown);

    /// <summary>Reaction to a code of a token call, where 40001 means that the secret is wrong or another account's.</summary>
    public static ErrorReaction OfTokenCall(int errorCode) =>
        errorCode == WeChatErrorCode.InvalidCredential
            ? new(Reaction.StopAccount, "AppSecret wrong or of another account", CheckSecret, IsSetting: true)
            : Of(errorCode) is { Reaction: Reaction.RefreshToken } other ? other with { Reaction = Reaction.Bug } : Of(errorCode);
}

/// <param name="Reaction">What to do.</param>
/// <param name="Meaning">What the code means, in a few words.</param>
/// <param name="Remedy">What a person does about it.</param>
/// <param name="IsSetting">Whether the fault lies in the settings of this program.</param>
internal sealed record ErrorReaction(Reaction Reaction, Sentence Meaning, Sentence Remedy, bool IsSetting = false)
{
    /// <summary>Whether the same work may succeed some minutes later, without anybody mending anything. A token that another program keeps replacing is such a
    /// case: its fights are over in the night as they are by day.</summary>
    public bool IsPassing => Reaction is Reaction.Retry or Reaction.SlowDown or Reaction.RefreshToken;

    /// <summary>How long a stopped account is left alone before the schedule tries it again. Default 10 min.</summary>
    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromMinutes(10);
}
