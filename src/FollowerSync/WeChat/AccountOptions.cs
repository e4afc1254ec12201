namespace FollowerSync.WeChat;

/// <summary>One entry of <c>WeChat:Accounts</c>: an Official Account and how to get its access token.</summary>
internal sealed class AccountOptions
{
    /// <summary>Name people use for the account, in logs, tables and on the command line. Default: the AppId.</summary>
    public string Name { get; set; } = "";

    /// <summary>AppID from the account's console: <c>wx</c> and 16 hexadecimal digits.</summary>
    public string AppId { get; set; } = "";

    /// <summary>AppSecret from the account's console. Not needed when <see cref="TokenSource"/> is <c>External</c>. Never logged.</summary>
    public string AppSecret { get; set; } = "";

    /// <summary>Language WeChat answers countries and cities in: <c>zh_CN</c> (default), <c>zh_TW</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "zh_CN";

    /// <summary>Where the access token comes from. Default <see cref="TokenSource.Stable"/>.</summary>
    public TokenSource TokenSource { get; set; } = TokenSource.Stable;

    /// <summary>For <see cref="TokenSource.External"/>: address of your own token service, answering JSON <c>access_token</c> and <c>expires_in</c>.</summary>
    public Uri? TokenAddress { get; set; }

    /// <summary>For <see cref="TokenSource.External"/>: bearer secret sent to <see cref="TokenAddress"/>; empty = none. Never logged.</summary>
    public string TokenBearer { get; set; } = "";
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
}
