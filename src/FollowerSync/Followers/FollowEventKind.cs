namespace FollowerSync.Followers;

/// <summary>What a signed message of WeChat says happened.</summary>
internal enum FollowEventKind
{
    /// <summary>The person followed.</summary>
    Subscribe,

    /// <summary>The person left.</summary>
    Unsubscribe,

    /// <summary>The person, who followed already, scanned a QR code of the account.</summary>
    Scan,
}
