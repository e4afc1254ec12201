using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes into <c>wechat.followers</c> who was listed and had left before being asked about.</summary>
internal static class SeenOnceStore
{
    // Nobody knows when a person whom we never saw following came; the page of the list that named the person says by when, and until when at least.
    private const string InsertSql =
        $"""
        {NestedLoops.Off}
        with {FollowerHistory.LastList}, g as materialized (
            select g.openid, g.listed_at, {FollowerHistory.NotYetFollowedAt} as followed_after
            from unnest(@openIds::text[], @listedAt::timestamptz[]) as g (openid, listed_at)
        )
        insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at, followed_after, followed_before, unfollowed_after, unfollowed_before,
            unfollow_source)
        select @appId, openid, false, now(), now(), followed_after, listed_at, listed_at, greatest(now(), listed_at), 'answer' from g
        on conflict (app_id, openid) do nothing
        returning openid
        {NestedLoops.On}
        """;

    /// <summary>Stores that people were listed who had left before they were asked about: of strangers, and of those who had been gone and came back. Repeatable.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">The people, none of them stored as following.</param>
    /// <param name="pseudonyms">The pseudonym each would have; null = nobody can be recognised.</param>
    /// <param name="listedAt">When the list said of each that they follow.</param>
    /// <returns>How many were stored for the first time.</returns>
    public static async Task<int> StoreAsync(Transaction tx, string appId, string[] openIds, string?[] pseudonyms, DateTimeOffset[] listedAt)
    {
        if (openIds.Length == 0)
            return 0;

        Dictionary<string, StoredFollow> rows = await EpisodeStore.ReadRowsAsync(tx, appId, openIds.Concat(pseudonyms.OfType<string>()));
        (string OpenId, StoredFollow? Row, DateTimeOffset ListedAt)[] people = [..
            openIds.Select((openId, i) => (openId, rows.GetValueOrDefault(openId) ?? rows.GetValueOrDefault(pseudonyms[i] ?? ""), listedAt[i]))];
        await ReturnAsync(tx, appId, [.. people.Where(p => p.Row is not null).Select(p => (p.Row!, p.ListedAt))]);
        return await InsertAsync(tx, appId, [.. people.Where(p => p.Row is null).Select(p => (p.OpenId, p.ListedAt))]);
    }

    // Only of whom a complete list had lacked: then it is news that one names the person. Whom lists go on naming, though WeChat answers otherwise, follows none the more.
    // Who is anonymised stays so.
    private static async Task ReturnAsync(Transaction tx, string appId, IEnumerable<(StoredFollow Row, DateTimeOffset ListedAt)> people)
    {
        (StoredFollow Row, DateTimeOffset ListedAt)[] back = [..
            people.Where(p => p.Row is { Subscribe: false, UnfollowSource: FollowEpisode.Listing } && p.Row.UnfollowedBefore < p.ListedAt)];
        if (back.Length == 0)
            return;

        DateTimeOffset now = await DatabaseClock.ReadAsync(tx);
        ILookup<string, FollowEpisode> past = await EpisodeStore.ReadPastAsync(tx, appId, back.Select(p => p.Row.OpenId));
        await EpisodeStore.WriteAsync(tx, appId, [.. back.Select(p => ReturnOf(p.Row, [.. past[p.Row.OpenId], p.Row.Episode], p.ListedAt, now))]);
    }

    private static FollowChange ReturnOf(StoredFollow row, FollowEpisode[] known, DateTimeOffset listedAt, DateTimeOffset now)
    {
        FollowEpisode seen = new()
        {
            FollowedAfter = row.UnfollowedBefore,
            FollowedBefore = listedAt,
            LeftAfter = listedAt,
            LeftBefore = now > listedAt ? now : listedAt,
            Source = FollowEpisode.Answer,
        };
        return FollowChange.Of(row.OpenId, row, known, [.. known, seen], now)!;
    }

    private static async Task<int> InsertAsync(Transaction tx, string appId, (string OpenId, DateTimeOffset ListedAt)[] people)
    {
        if (people.Length == 0)
            return 0;

        string[] openIds = [.. people.Select(p => p.OpenId)];
        DateTime[] listedAt = [.. people.Select(p => p.ListedAt.UtcDateTime)];
        List<string> added = await tx.ReadAllAsync<string>(InsertSql, new { appId, openIds, listedAt });
        ChangeFeed.NoteSame(tx, appId, [.. added], ChangeKinds.Added);
        return added.Count;
    }
}
