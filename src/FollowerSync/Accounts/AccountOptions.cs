using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary>One entry of <c>WeChat:Accounts</c>: an Official Account and how to get its access token.</summary>
internal sealed class AccountOptions : ISettingsRules
{
    /// <summary>Name people use for the account, in logs, tables and on the command line. Default: the AppId.</summary>
    public string Name { get; set; } = "";

    /// <summary>AppID from the account's console: <c>wx</c> and 16 hexadecimal digits. Blanks around it, as they come along when it is copied, do not count.</summary>
    [AppId]
    public string AppId { get; set => field = value.Trim(); } = "";

    /// <summary>AppSecret from the account's console. Not needed when <see cref="TokenSource"/> is <c>External</c> or <c>Redis</c>, unless there is web authorisation. Never logged.</summary>
    [Secret]
    public string AppSecret { get; set; } = "";

    /// <summary>Language WeChat answers countries and cities in: <c>zh_CN</c> (default), <c>zh_TW</c> or <c>en</c>.</summary>
    [OneOf("zh_CN", "zh_TW", "en")]
    public string Language { get; set; } = "zh_CN";

    /// <summary>Where the access token comes from. Default <see cref="TokenSource.Stable"/>.</summary>
    public TokenSource TokenSource { get; set; } = TokenSource.Stable;

    /// <summary>For <see cref="TokenSource.External"/>: address of your own token service, answering JSON <c>access_token</c> and <c>expires_in</c>.
    /// It is told of a token that WeChat refuses by POST of that token to <c>ADDRESS/refused</c>, and may answer another one at once.</summary>
    [HttpAddress(PathAllowed = true)]
    public Uri? TokenAddress { get; set; }

    /// <summary>For <see cref="TokenSource.External"/>: bearer secret sent to <see cref="TokenAddress"/>; empty = none. Never logged.</summary>
    [Secret]
    public string TokenBearer { get; set; } = "";

    /// <summary>For <see cref="TokenSource.Redis"/>: where another program keeps the token.</summary>
    public TokenRedisOptions TokenRedis { get; set; } = new();

    /// <summary>Pushes of WeChat to <c>/wechat/APPID</c> of the public listener; off while it has no token.</summary>
    public PushOptions Push { get; set; } = new();

    /// <summary>Web authorisation by <c>/oauth/APPID/start</c> of the public listener; off while it has no targets.</summary>
    public OAuthOptions OAuth { get; set; } = new();

    /// <summary>Address that is called when a run begins, succeeds and fails (<c>URL/start</c>, <c>URL</c>, <c>URL/fail</c>, each with <c>?rid=</c>), as
    /// healthchecks.io and its like take them: the alarm that comes when the machine is gone. Empty (default) = none. Never logged.</summary>
    [Secret(InPart = true), PingAddress]
    public string HeartbeatUrl { get; set; } = "";

    /// <summary><see cref="Name"/>, or the AppId of a nameless account.</summary>
    public string DisplayName => Name.Length > 0 ? Name : AppId;

    /// <summary>Whether tokens are fetched from WeChat, with the AppSecret; otherwise somebody else does.</summary>
    public bool FetchesTokens => TokenSource is TokenSource.Stable or TokenSource.Classic;

    public IEnumerable<SettingsFault> BrokenRules()
    {
        foreach (SettingsFault fault in TokenSource == TokenSource.Redis ? TokenRedis.Lacks() : [])
            yield return fault with { Key = $"{nameof(TokenRedis)}:{fault.Key}" };
        if (TokenSource == TokenSource.External && TokenAddress is null)
            yield return new SettingsFault(nameof(TokenAddress), "must be given when TokenSource is External");
        if (AppIdAttribute.IsAppId(AppSecret) && !AppIdAttribute.IsAppId(AppId))
            yield return new SettingsFault(nameof(AppSecret), "is an AppID: AppId and AppSecret look swapped. Exchange the two values");
        else if (FetchesTokens && AppSecret.Length == 0)
            yield return new SettingsFault(nameof(AppSecret), "must be the AppSecret of the account (in the settings file, an environment variable or a secret file)", "empty");
        else if (OAuth.IsOn && AppSecret.Length == 0)
            yield return new SettingsFault(nameof(AppSecret), "must be given: web authorisation (OAuth:Targets) needs it, whatever the TokenSource", "empty");
        else if (AppSecret.Any(char.IsWhiteSpace))
            yield return new SettingsFault(nameof(AppSecret), "must not contain spaces or line ends");
        if (TokenBearer.Any(char.IsWhiteSpace))
            yield return new SettingsFault(nameof(TokenBearer), "must not contain spaces or line ends");
        if (ShownValue.LooksSecret(Name) || Name.Any(char.IsControl))
            yield return new SettingsFault(nameof(Name), "must be a name for people, which is shown and stored everywhere; it looks like a secret or has control characters in it");
    }
}

/// <summary>Which service issues an account's access token.</summary>
internal enum TokenSource
{
    /// <summary><c>/cgi-bin/stable_token</c>, shared by all programs of the account without disturbing each other.</summary>
    Stable,

    /// <summary><c>/cgi-bin/token</c>: every call invalidates the token before it.</summary>
    Classic,

    /// <summary>A token service of the customer's own.</summary>
    External,

    /// <summary>A key of Redis, which another program keeps. It is only read.</summary>
    Redis,
}
