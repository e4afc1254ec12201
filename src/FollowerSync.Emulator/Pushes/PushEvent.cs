namespace FollowerSync.Emulator.Pushes;

/// <summary>An event that the account pushes.</summary>
public sealed record PushEvent
{
    /// <summary><c>Event</c>: subscribe, unsubscribe, SCAN, user_info_modified …</summary>
    public required string Event { get; init; }

    /// <summary><c>FromUserName</c>: the person; of privacy events WeChat's own sender.</summary>
    public required string OpenId { get; init; }

    /// <summary><c>EventKey</c>, which may be there and empty; null = the element is missing.</summary>
    public string? EventKey { get; init; }

    /// <summary><c>CreateTime</c> in Unix seconds; null = when it is sent first.</summary>
    public long? CreateTime { get; init; }

    /// <summary>Other elements of the message by name (<c>Ticket</c>; <c>OpenID</c>, <c>AppID</c>, <c>RevokeInfo</c> of privacy events), in this order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];
}
