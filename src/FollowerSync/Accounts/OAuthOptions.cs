using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary><c>WeChat:Accounts[]:OAuth</c>: web authorisation of the account's visitors.</summary>
internal sealed class OAuthOptions : ISettingsRules
{
    private const int LongestName = 64;

    /// <summary><c>snsapi_base</c> (silent, the openid alone; default) or <c>snsapi_userinfo</c> (the visitor is asked, and agrees to give nickname and unionid).</summary>
    [OneOf("snsapi_base", "snsapi_userinfo")]
    public string Scope { get; set; } = "snsapi_base";

    /// <summary>Pages that visitors may be sent on to, by the name that <c>/oauth/APPID/start?to=NAME</c> asks for; as with all settings, upper and lower case
    /// are the same. Default none: web authorisation is off.</summary>
    public IDictionary<string, OAuthTarget> Targets { get; set; } = new Dictionary<string, OAuthTarget>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the account has web authorisation.</summary>
    public bool IsOn => Targets.Count > 0;

    public IEnumerable<SettingsFault> BrokenRules()
    {
        foreach (string name in Targets.Keys)
            if (name.Length is 0 or > LongestName || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
                yield return new SettingsFault(nameof(Targets), $"must have names of 1 to {LongestName} letters, digits, - _ and .", ShownValue.Of(name, secret: false));
    }
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
        else if (Url.IsAbsoluteUri && Url.Query.TrimStart('?').Split('&').Any(pair => pair.StartsWith("fs_", StringComparison.OrdinalIgnoreCase)))
            yield return new SettingsFault(nameof(Url), "must not have parameters that begin with fs_ in its query: those are for what FollowerSync tells the page");
        if (Key.Length is > 0 and < ShortestKey)
            yield return new SettingsFault(nameof(Key), $"must have {ShortestKey} letters or more, say from: openssl rand -hex 32");
    }
}
