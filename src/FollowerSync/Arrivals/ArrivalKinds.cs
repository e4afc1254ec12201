namespace FollowerSync.Arrivals;

/// <summary>Kinds of arrivals that mean something here; any other event of WeChat is a reason to ask about its openid, no more.</summary>
internal static class ArrivalKinds
{
    public const string Subscribe = "subscribe";
    public const string Unsubscribe = "unsubscribe";
    public const string Scan = "scan";

    /// <summary>WeChat cleaned the person's profile.</summary>
    public const string InfoModified = "user_info_modified";

    /// <summary>The person took an authorisation back; the event key says of what.</summary>
    public const string Revoked = "user_authorization_revoke";

    /// <summary>The person deleted the WeChat account.</summary>
    public const string Cancelled = "user_authorization_cancellation";

    /// <summary>Web authorisation.</summary>
    public const string Visit = "visit";

    /// <summary>A line of an imported file.</summary>
    public const string Import = "import";
}
