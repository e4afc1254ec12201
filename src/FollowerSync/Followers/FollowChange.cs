namespace FollowerSync.Followers;

/// <summary>What is to be written of a person: the row, and the times before it.</summary>
/// <param name="Stored">The row as it stands; null = there is none.</param>
/// <param name="Row">The row as it will be.</param>
/// <param name="Past">The times before it, each with its key.</param>
internal sealed record FollowChange(StoredFollow? Stored, StoredFollow Row, IReadOnlyList<FollowEpisode> Past)
{
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    /// <summary>Whether the person is found to be gone.</summary>
    public bool IsMarking => !Row.Subscribe && Stored is not { Subscribe: false };

    /// <summary>Whether the person follows and has no row yet.</summary>
    public bool IsOfNew => Stored is null && Row.Subscribe;

    /// <summary>Whether the time that stood in the row is over, and the person has followed again since.</summary>
    public bool IsReturn => Past.Any(e => e.IsRow);

    /// <summary>What changes; null = nothing.</summary>
    /// <param name="openId">The person.</param>
    /// <param name="stored">The row as it stands; null = there is none.</param>
    /// <param name="known">The times the person followed, as stored.</param>
    /// <param name="arranged">The same, as they are now known.</param>
    /// <param name="now">The time of the transaction.</param>
    public static FollowChange? Of(
        string openId, StoredFollow? stored, IReadOnlyList<FollowEpisode> known, IReadOnlyList<FollowEpisode> arranged, DateTimeOffset now)
    {
        if (arranged.SequenceEqual(known))
            return null;

        FollowEpisode[] episodes = [.. arranged.Select((e, i) => e with { IsReturn = e.IsReturn || i > 0 })];
        DateTimeOffset at = stored is not null && stored.ChangedAt >= now ? stored.ChangedAt + Microsecond : now;
        return new FollowChange(stored, RowOf(openId, stored, episodes, at), WithKeys(episodes, at));
    }

    private static StoredFollow RowOf(string openId, StoredFollow? stored, FollowEpisode[] episodes, DateTimeOffset at)
    {
        FollowEpisode newest = episodes[^1];
        DateTimeOffset? first = stored?.FirstFollowedAt;
        if (episodes.Length > 1)
            first = episodes[..^1].Select(e => e.FollowedBy ?? e.LeftBefore).Append(first).Min();
        return new StoredFollow
        {
            OpenId = openId,
            Subscribe = newest.IsOpen,
            // What WeChat answered stays, also where it tells of the follow before.
            SubscribeTime = newest.FollowedAt ?? (newest.IsRow ? stored?.SubscribeTime : null),
            FollowedAfter = newest.FollowedAfter,
            FollowedBefore = newest.FollowedBefore,
            UnfollowedAfter = newest.LeftAfter,
            UnfollowedBefore = newest.LeftBefore,
            UnfollowSource = newest.Source,
            SubscribeScene = newest.Scene.Name,
            QrScene = newest.Scene.QrScene,
            QrSceneStr = newest.Scene.QrSceneStr,
            FirstFollowedAt = first,
            ChangedAt = at,
        };
    }

    // The key says when the return that closed the episode was stored, and a view as of a moment goes by it. What an episode that stands there turns out
    // to consist of shares its moment, but for the microseconds that keep keys apart; what the row was goes with the row's new version.
    private static List<FollowEpisode> WithKeys(FollowEpisode[] episodes, DateTimeOffset at)
    {
        int row = Array.FindIndex(episodes, e => e.IsRow);
        HashSet<DateTimeOffset> taken = [.. episodes.Select(e => e.EndedAt).OfType<DateTimeOffset>()];
        DateTimeOffset?[] keys = [.. episodes.Select(e => e.EndedAt)];
        for (int i = 1; i < row; i++)
            if (keys[i] is null && keys[i - 1] is { } before)
                keys[i] = Free(before, Microsecond, taken);
        for (int i = episodes.Length - 2; i >= 0; i--)
            keys[i] ??= Free(i + 1 < keys.Length - 1 ? keys[i + 1]!.Value : at, -Microsecond, taken);
        return [.. episodes.SkipLast(1).Select((e, i) => e with { EndedAt = keys[i] })];
    }

    private static DateTimeOffset Free(DateTimeOffset from, TimeSpan step, HashSet<DateTimeOffset> taken)
    {
        while (!taken.Add(from))
            from += step;
        return from;
    }
}
