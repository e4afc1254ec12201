namespace FollowerSync.Followers;

/// <summary>What of a row of <c>wechat.followers</c> tells when the person followed, by the names of its columns.</summary>
internal sealed record StoredFollow
{
    public string OpenId { get; init; } = "";

    public bool Subscribe { get; init; }

    public DateTimeOffset? SubscribeTime { get; init; }

    public DateTimeOffset? UnfollowedAfter { get; init; }

    public DateTimeOffset? UnfollowedBefore { get; init; }

    public string? UnfollowSource { get; init; }

    public string? SubscribeScene { get; init; }

    public long? QrScene { get; init; }

    public string? QrSceneStr { get; init; }

    public DateTimeOffset? FirstFollowedAt { get; init; }

    public DateTimeOffset? FollowedAfter { get; init; }

    public DateTimeOffset? FollowedBefore { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The newest time the person followed.</summary>
    public FollowEpisode Episode => new()
    {
        FollowedAt = FollowedBefore is null ? SubscribeTime : null,
        FollowedAfter = FollowedAfter,
        FollowedBefore = FollowedBefore,
        LeftAfter = UnfollowedAfter,
        LeftBefore = UnfollowedBefore,
        Source = UnfollowSource,
        Scene = new FollowScene(SubscribeScene, QrScene, QrSceneStr),
        IsReturn = FirstFollowedAt is not null,
        IsRow = true,
    };
}
