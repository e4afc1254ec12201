namespace FollowerSync.WeChat.Errors;

/// <summary>What a caller does about a failed call. Callers ask for the reaction and never compare numbers or text.</summary>
internal enum Reaction
{
    /// <summary>Passing: try again after a wait that grows.</summary>
    Retry,

    /// <summary>The access token does not work (any more): replace it once, try once more.</summary>
    RefreshToken,

    /// <summary>Only a person can mend it: stop this account's run and say the remedy.</summary>
    StopAccount,

    /// <summary>The API's calls of the day are used up: stop it for this account until the next Beijing day.</summary>
    QuotaSpent,

    /// <summary>Too many calls this minute: wait for the next one and keep fewer calls in flight.</summary>
    SlowDown,

    /// <summary>One openid in the request is refused: isolate it.</summary>
    BadOpenId,

    /// <summary>The code a visitor brought is used, wrong or expired: let the visitor fetch another one, once.</summary>
    FreshCode,

    /// <summary>We asked wrongly, or WeChat answered something nobody knows: never try again blindly.</summary>
    Bug,
}
