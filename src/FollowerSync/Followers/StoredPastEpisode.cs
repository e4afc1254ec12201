namespace FollowerSync.Followers;

/// <summary>A row of <c>wechat.past_episodes</c>, by the names of its columns.</summary>
internal sealed record StoredPastEpisode
{
    public string OpenId { get; init; } = "";

    public DateTimeOffset? FollowedAt { get; init; }

    public DateTimeOffset? FollowedAfter { get; init; }

    public DateTimeOffset? FollowedBefore { get; init; }

    public DateTimeOffset? UnfollowedAfter { get; init; }

    public DateTimeOffset UnfollowedBefore { get; init; }

    public string Source { get; init; } = "";

    public string? Scene { get; init; }

    public long? QrScene { get; init; }

    public string? QrSceneStr { get; init; }

    public bool IsReturn { get; init; }

    public DateTimeOffset EndedAt { get; init; }

    public FollowEpisode Episode => new()
    {
        FollowedAt = FollowedAt,
        FollowedAfter = FollowedAfter,
        FollowedBefore = FollowedBefore,
        LeftAfter = UnfollowedAfter,
        LeftBefore = UnfollowedBefore,
        Source = Source,
        Scene = new FollowScene(Scene, QrScene, QrSceneStr),
        IsReturn = IsReturn,
        EndedAt = EndedAt,
    };
}
