namespace FollowerSync.Followers;

/// <summary>One time a person followed, from following to leaving.</summary>
internal sealed record FollowEpisode
{
    /// <summary>The source of a leave that a signed message of WeChat tells of.</summary>
    public const string Event = "event";

    /// <summary>The source of a leave that a complete list without the person shows.</summary>
    public const string Listing = "listing";

    /// <summary>The source of a leave that an answer of WeChat shows.</summary>
    public const string Answer = "answer";

    /// <summary>When the person followed; null = not known, or within bounds.</summary>
    public DateTimeOffset? FollowedAt { get; init; }

    /// <summary>Where <see cref="FollowedAt"/> is null: the person did not follow yet at this time; null = not known.</summary>
    public DateTimeOffset? FollowedAfter { get; init; }

    /// <summary>Where <see cref="FollowedAt"/> is null: the person followed by this time; null = not known.</summary>
    public DateTimeOffset? FollowedBefore { get; init; }

    /// <summary>The person still followed at this time; null = not known, or following.</summary>
    public DateTimeOffset? LeftAfter { get; init; }

    /// <summary>The person was gone by this time; null = following.</summary>
    public DateTimeOffset? LeftBefore { get; init; }

    /// <summary>What showed that the person was gone: listing, answer or event; null = following.</summary>
    public string? Source { get; init; }

    /// <summary>How the person found the account, with the QR code.</summary>
    public FollowScene Scene { get; init; }

    /// <summary>Whether the person had followed before.</summary>
    public bool IsReturn { get; init; }

    /// <summary>Key of the episode in <c>wechat.past_episodes</c>; null = it does not stand there.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it is the one that stands in <c>wechat.followers</c>.</summary>
    public bool IsRow { get; init; }

    /// <summary>The first time the person is known to have followed.</summary>
    public DateTimeOffset? FollowedBy => FollowedAt ?? FollowedBefore;

    public bool IsOpen => LeftBefore is null;

    /// <summary>Whether a message told the very second of the leave.</summary>
    public bool IsExact => Source == Event && LeftAfter == LeftBefore;
}
