namespace FollowerSync.Sync;

/// <summary>Why a profile is asked for.</summary>
internal enum AskReason
{
    /// <summary>Listed, and not stored as following.</summary>
    New,

    /// <summary>Stored as following, and not in the complete list.</summary>
    Missing,

    /// <summary>Stored as following, and due for refresh.</summary>
    Known,
}

/// <summary>One profile to ask for.</summary>
internal readonly record struct Ask(string OpenId, AskReason Reason);
