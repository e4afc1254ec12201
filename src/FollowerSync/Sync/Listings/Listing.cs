using FollowerSync.Languages;

namespace FollowerSync.Sync.Listings;

/// <summary>A row of <c>followersync.listings</c>: one walk through the follower list and the round of profile calls that belongs to it.</summary>
internal sealed record Listing
{
    public required long ListingId { get; init; }

    public required ListingStatus Status { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public int Pages { get; init; }

    /// <summary>Cursor for the next page; empty at the start.</summary>
    public string NextOpenId { get; init; } = "";

    /// <summary>Openid before the cursor in its page, to step back to when WeChat refuses the cursor; empty when there is none.</summary>
    public string PreviousOpenId { get; init; } = "";

    public long? LowestTotal { get; init; }

    public long? HighestTotal { get; init; }

    /// <summary>Openids stored; different ones once the list is read.</summary>
    public long Listed { get; init; }

    /// <summary>Known followers up to this openid have been asked for in this round.</summary>
    public string AskedThrough { get; init; } = "";

    /// <summary>When the round was paused because the day's calls were used up; null while it is not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Why the list is no witness of who is gone; null unless incomplete.</summary>
    public Sentence? Reason { get; init; }

    /// <summary>How many more followers WeChat named than the list holds; null while it is not read to its end.</summary>
    public long? Difference { get; init; }

    /// <summary>Whether the lists before it differed alike, so that it counts as complete, but is no witness of who is gone.</summary>
    public bool Lasting { get; init; }

    /// <summary>How many lists differ alike, this one included. Not stored.</summary>
    public int Alike { get; init; }

    /// <summary>Whether an earlier run began this round.</summary>
    public bool IsContinued { get; init; }

    /// <summary>How this run finds who is listed and not stored.</summary>
    public NewPeopleSearch Search { get; init; }
}

/// <summary>How a run finds who is listed and not stored as following.</summary>
internal enum NewPeopleSearch
{
    /// <summary>Every page's openids are looked up as it comes, so that new people are asked for while the list is still being read: for an
    /// account of which only a part is stored yet.</summary>
    ByPage,

    /// <summary>Nobody of the account is stored: everybody is new.</summary>
    Everybody,

    /// <summary>The whole list is compared with the whole table once it is read: for an account that is known, where few people are new.</summary>
    AtEnd,
}

/// <summary>How far a listing is.</summary>
internal enum ListingStatus
{
    /// <summary>Being read.</summary>
    Open,

    /// <summary>Read to the end; whoever is not in it may be gone.</summary>
    Complete,

    /// <summary>Ended early or does not add up; proves nothing about who is not in it.</summary>
    Incomplete,

    /// <summary>Its round is finished but for what the brake holds.</summary>
    Held,

    /// <summary>Its round is finished.</summary>
    Done,

    /// <summary>Given up for a newer one.</summary>
    Dropped,
}
