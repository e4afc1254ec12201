namespace FollowerSync.Sync.Asking;

/// <summary>Why a profile is asked for.</summary>
internal enum AskReason
{
    /// <summary>Listed, and not stored.</summary>
    New,

    /// <summary>Listed, and stored as gone.</summary>
    Returning,

    /// <summary>Stored as following, and not in the complete list.</summary>
    Missing,

    /// <summary>Held as gone, or missing from a list that is no witness by itself: only a single answer will do.</summary>
    Doubted,

    /// <summary>Stored as following, and due for refresh.</summary>
    Known,

    /// <summary>Arrived, and stored.</summary>
    Arrived,

    /// <summary>Arrived, and not stored.</summary>
    Stranger,
}

/// <summary>One profile to ask for.</summary>
/// <param name="OpenId">Whose.</param>
/// <param name="Reason">Why.</param>
/// <param name="StoredHash">Hash of the answer the stored row was written from; null = compare whatever is answered.</param>
internal readonly record struct Ask(string OpenId, AskReason Reason, long? StoredHash = null)
{
    /// <summary>When the list named the person; null = the list is not why.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>Whether somebody's arrival is the reason, and not the round.</summary>
    public bool IsArrival => Reason is AskReason.Arrived or AskReason.Stranger;
}
