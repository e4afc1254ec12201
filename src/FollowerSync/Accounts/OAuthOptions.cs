using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary><c>WeChat:Accounts[]:OAuth</c>: web authorisation of the account's visitors.</summary>
internal sealed class OAuthOptions
{
    /// <summary><c>snsapi_base</c> (silent, the openid alone; default) or <c>snsapi_userinfo</c> (the visitor is asked, and agrees to give nickname and unionid).</summary>
    [OneOf("snsapi_base", "snsapi_userinfo")]
    public string Scope { get; set; } = "snsapi_base";

    /// <summary>Pages that visitors may be sent on to, by the name that <c>/oauth/APPID/start?to=NAME</c> asks for. Default none: web authorisation is off.</summary>
    public IDictionary<string, OAuthTarget> Targets { get; set; } = new Dictionary<string, OAuthTarget>(StringComparer.Ordinal);
}

/// <summary><c>WeChat:Accounts[]:OAuth:Targets:NAME</c>: one page that visitors are sent on to.</summary>
internal sealed class OAuthTarget : ISettingsRules
{
    /// <summary>Fewest letters of a key that nobody guesses.</summary>
    public const int ShortestKey = 32;

    /// <summary>Where visitors are sent on to; http or https, a path and a query are kept.</summary>
    [HttpAddress(PathAllowed = true)]
    public Uri? Url { get; set; }

    /// <summary>Signs the openid for this page (HMAC-SHA256), 32 letters or more; empty = the page gets no openid. Never logged.</summary>
    [Secret]
    public string Key { get; set; } = "";

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (Url is null)
            yield return new SettingsFault(nameof(Url), "must be the address of the page visitors are sent on to", "empty");
        if (Key.Length is > 0 and < ShortestKey)
            yield return new SettingsFault(nameof(Key), $"must have {ShortestKey} letters or more, say from: openssl rand -hex 32");
    }
}
