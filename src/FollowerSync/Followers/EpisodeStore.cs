using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Reads the times people followed, and writes what events tell of them into <c>wechat.followers</c> and its history.</summary>
internal static class EpisodeStore
{
    private const string Row =
        """
        openid, subscribe, subscribe_time, unfollowed_after, unfollowed_before, unfollow_source, subscribe_scene, qr_scene, qr_scene_str, first_followed_at,
        followed_after, followed_before, changed_at
        """;

    private const string RowsSql = $"select {Row} from wechat.followers where app_id = @appId and openid = any(array(select u from unnest(@openIds::text[]) u))";

    private const string PastSql =
        """
        select openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene, qr_scene, qr_scene_str, is_return, ended_at
        from wechat.past_episodes where app_id = @appId and openid = any(array(select u from unnest(@openIds::text[]) u))
        """;

    private const string NewRows =
        """
        unnest(@openIds::text[], @subscribe::bool[], @followedAt::timestamptz[], @after::timestamptz[], @before::timestamptz[], @sources::text[],
               @scenes::text[], @qrScenes::bigint[], @qrSceneStrs::text[], @firstFollowedAt::timestamptz[], @followedAfter::timestamptz[],
               @followedBefore::timestamptz[], @changedAt::timestamptz[])
            as n (openid, subscribe, subscribe_time, unfollowed_after, unfollowed_before, unfollow_source, subscribe_scene, qr_scene, qr_scene_str,
                  first_followed_at, followed_after, followed_before, changed_at)
        """;

    private const string UpdateSql =
        $"""
        {NestedLoops.Off}
        with changed as materialized (
            select f as old, n.*, n.changed_at as at,
                   array_remove(array[case when f.subscribe <> n.subscribe then 'subscribe' end,
                       case when f.subscribe_time is distinct from n.subscribe_time then 'subscribe_time' end,
                       case when f.subscribe_scene is distinct from n.subscribe_scene then 'subscribe_scene' end,
                       case when f.qr_scene is distinct from n.qr_scene then 'qr_scene' end,
                       case when f.qr_scene_str is distinct from n.qr_scene_str then 'qr_scene_str' end,
                       case when f.unfollowed_after is distinct from n.unfollowed_after then 'unfollowed_after' end,
                       case when f.unfollowed_before is distinct from n.unfollowed_before then 'unfollowed_before' end,
                       case when f.unfollow_source is distinct from n.unfollow_source then 'unfollow_source' end,
                       case when f.first_followed_at is distinct from n.first_followed_at then 'first_followed_at' end,
                       case when f.followed_after is distinct from n.followed_after then 'followed_after' end,
                       case when f.followed_before is distinct from n.followed_before then 'followed_before' end], null) as replaced
            from {NewRows}
            join wechat.followers f on f.app_id = @appId and f.openid = n.openid
            where f.openid = any(array(select u from unnest(@openIds::text[]) u))
        ), versions as (
            {FollowerHistory.KeepVersions}
            where cardinality(c.replaced) > 0
        )
        update wechat.followers f
        set subscribe = c.subscribe, subscribe_time = c.subscribe_time, unfollowed_after = c.unfollowed_after, unfollowed_before = c.unfollowed_before,
            unfollow_source = c.unfollow_source, subscribe_scene = c.subscribe_scene, qr_scene = c.qr_scene, qr_scene_str = c.qr_scene_str,
            first_followed_at = c.first_followed_at, followed_after = c.followed_after, followed_before = c.followed_before, profile_hash = null, changed_at = c.at,
            answered_at = case when c.subscribe then greatest(f.answered_at, c.subscribe_time) else f.answered_at end
        from changed c
        where f.app_id = @appId and f.openid = c.openid and f.openid = any(array(select u from unnest(@openIds::text[]) u)) and cardinality(c.replaced) > 0
        returning f.openid, case when (c.old).subscribe and not c.subscribe then '{ChangeKinds.Unfollowed}'
                                 when c.subscribe and {FollowerHistory.HasReturned} then '{ChangeKinds.Returned}' else '{ChangeKinds.Changed}' end, c.replaced
        {NestedLoops.On}
        """;

    // The row is of this very transaction: nobody saw it without what is told here. How the person came the answer says better, where it does.
    private const string CompleteSql =
        $"""
        {NestedLoops.Off}
        update wechat.followers f
        set subscribe_time = n.subscribe_time, first_followed_at = n.first_followed_at, followed_after = n.followed_after, followed_before = n.followed_before,
            subscribe_scene = case when f.subscribe_scene is null then n.subscribe_scene else f.subscribe_scene end,
            qr_scene = case when f.subscribe_scene is null then n.qr_scene else f.qr_scene end,
            qr_scene_str = case when f.subscribe_scene is null then n.qr_scene_str else f.qr_scene_str end
        from {NewRows}
        where f.app_id = @appId and f.openid = n.openid and f.openid = any(array(select u from unnest(@openIds::text[]) u))
        {NestedLoops.On}
        """;

    private const string InsertSql =
        $"""
        insert into wechat.followers (app_id, first_seen_at, {Row})
        select @appId, n.changed_at, {Row}
        from {NewRows}
        """;

    /// <summary>The rows of those among these people who have one, by openid.</summary>
    public static async Task<Dictionary<string, StoredFollow>> ReadRowsAsync(Transaction tx, string appId, IEnumerable<string> openIds) =>
        (await tx.ReadAllAsync<StoredFollow>(RowsSql, new { appId, openIds = openIds.ToArray() })).ToDictionary(r => r.OpenId, StringComparer.Ordinal);

    /// <summary>The times these people followed before the one in their row, oldest first, by openid.</summary>
    public static async Task<ILookup<string, FollowEpisode>> ReadPastAsync(Transaction tx, string appId, IEnumerable<string> openIds) =>
        (await tx.ReadAllAsync<StoredPastEpisode>(PastSql, new { appId, openIds = openIds.ToArray() }))
        .OrderBy(p => p.EndedAt).ToLookup(p => p.OpenId, p => p.Episode, StringComparer.Ordinal);

    /// <summary>Writes rows, keeps the versions they replace, and puts the times before them.</summary>
    public static async Task WriteAsync(Transaction tx, string appId, IReadOnlyList<FollowChange> changes)
    {
        StoredFollow[] known = [.. changes.Where(c => c.Stored is not null).Select(c => c.Row)];
        if (known.Length > 0)
            ChangeFeed.Note(tx, appId, await tx.ReadAllAsync(UpdateSql, Parameters(appId, known), ChangeFeed.Read));
        StoredFollow[] added = [.. changes.Where(c => c.Stored is null).Select(c => c.Row)];
        if (added.Length > 0)
        {
            await tx.ExecuteAsync(InsertSql, Parameters(appId, added));
            ChangeFeed.NoteSame(tx, appId, [.. added.Select(r => r.OpenId)], ChangeKinds.Added);
        }

        if (changes.Any(c => c.Past.Count > 0))
            await PutPastAsync(tx, appId, changes);
    }

    /// <summary>Writes the same of people who have a row since, inserted in this transaction.</summary>
    public static async Task CompleteAsync(Transaction tx, string appId, IReadOnlyList<FollowChange> changes)
    {
        if (changes.Count == 0)
            return;

        await tx.ExecuteAsync(CompleteSql, Parameters(appId, [.. changes.Select(c => c.Row)]));
        if (changes.Any(c => c.Past.Count > 0))
            await PutPastAsync(tx, appId, changes);
    }

    private static Task<int> PutPastAsync(Transaction tx, string appId, IReadOnlyList<FollowChange> changes)
    {
        (string OpenId, FollowEpisode Episode, DateTimeOffset? Next)[] past = [..
            from change in changes
            from i in Enumerable.Range(0, change.Past.Count)
            select (change.Row.OpenId, change.Past[i], i + 1 < change.Past.Count ? change.Past[i + 1].FollowedAt : change.Row.Episode.FollowedAt)];
        var parameters = new
        {
            appId,
            openIds = past.Select(p => p.OpenId).ToArray(),
            followedAt = Times(past, p => p.Episode.FollowedAt),
            followedAfter = Times(past, p => p.Episode.FollowedAfter),
            followedBefore = Times(past, p => p.Episode.FollowedBefore),
            after = Times(past, p => p.Episode.LeftAfter),
            before = Times(past, p => p.Episode.LeftBefore),
            sources = past.Select(p => p.Episode.Source).ToArray(),
            scenes = past.Select(p => p.Episode.Scene.Name).ToArray(),
            qrScenes = past.Select(p => p.Episode.Scene.QrScene).ToArray(),
            qrSceneStrs = past.Select(p => p.Episode.Scene.QrSceneStr).ToArray(),
            areReturns = past.Select(p => p.Episode.IsReturn).ToArray(),
            followedAgainAt = Times(past, p => p.Next),
            endedAt = Times(past, p => p.Episode.EndedAt),
        };
        return tx.ExecuteAsync(FollowerHistory.PutEpisodes, parameters);
    }

    private static object Parameters(string appId, StoredFollow[] rows) => new
    {
        appId,
        openIds = rows.Select(r => r.OpenId).ToArray(),
        subscribe = rows.Select(r => r.Subscribe).ToArray(),
        followedAt = Times(rows, r => r.SubscribeTime),
        after = Times(rows, r => r.UnfollowedAfter),
        before = Times(rows, r => r.UnfollowedBefore),
        sources = rows.Select(r => r.UnfollowSource).ToArray(),
        scenes = rows.Select(r => r.SubscribeScene).ToArray(),
        qrScenes = rows.Select(r => r.QrScene).ToArray(),
        qrSceneStrs = rows.Select(r => r.QrSceneStr).ToArray(),
        firstFollowedAt = Times(rows, r => r.FirstFollowedAt),
        followedAfter = Times(rows, r => r.FollowedAfter),
        followedBefore = Times(rows, r => r.FollowedBefore),
        changedAt = Times(rows, r => r.ChangedAt),
    };

    private static DateTime?[] Times<T>(IEnumerable<T> items, Func<T, DateTimeOffset?> time) => [.. items.Select(item => time(item)?.UtcDateTime)];
}
