namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.follower_versions</c> and <c>wechat.past_episodes</c>, as parts of the statements that change followers.</summary>
/// <remarks>Such a statement has a common table expression <c>changed</c> with <c>openid</c>, <c>old</c> (the whole row), <c>at</c> (when it
/// changes) and <c>replaced</c> (names of the columns that change), and updates <c>wechat.followers</c> from it.</remarks>
internal static class FollowerHistory
{
    /// <summary>When a row changes: now, but never before the version it replaces.</summary>
    public const string ChangedAt = "greatest(now(), f.changed_at + interval '1 microsecond')";

    /// <summary>Keeps the version that is over. Goes into a common table expression.</summary>
    public const string KeepVersions =
        """
        insert into wechat.follower_versions (app_id, openid, valid_from, valid_to, subscribe, nickname, sex, language, city, province, country,
            headimgurl, subscribe_time, unionid, remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str,
            unfollowed_after, unfollowed_before, unfollow_source, first_followed_at, followed_after, followed_before, replaced)
        select (c.old).app_id, (c.old).openid, (c.old).changed_at, c.at, (c.old).subscribe, (c.old).nickname, (c.old).sex, (c.old).language,
               (c.old).city, (c.old).province, (c.old).country, (c.old).headimgurl, (c.old).subscribe_time, (c.old).unionid, (c.old).remark,
               (c.old).groupid, (c.old).tagid_list, (c.old).subscribe_scene, (c.old).qr_scene, (c.old).qr_scene_str,
               (c.old).unfollowed_after, (c.old).unfollowed_before, (c.old).unfollow_source,
               (c.old).first_followed_at, (c.old).followed_after, (c.old).followed_before, c.replaced
        from changed c
        """;

    /// <summary>When a stored person who follows was last known to, by the answers.</summary>
    /// <param name="row">The row.</param>
    public static string AnsweredFollowing(string row) => $"greatest({row}.answered_at, coalesce({row}.followed_before, {row}.subscribe_time, {row}.first_seen_at))";

    /// <summary>Keeps the time a person followed before, when the person has come back: after being gone, or between two looks, which only the new
    /// <c>subscribe_time</c> tells: a list that was still being read then may have named the person because of it. Wants <c>subscribe_time</c> in
    /// <c>changed</c> too. Goes into a common table expression.</summary>
    public static readonly string KeepEpisodes =
        $"""
        insert into wechat.past_episodes (app_id, openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene,
            qr_scene, qr_scene_str, is_return, followed_again_at, ended_at)
        select (c.old).app_id, (c.old).openid, case when (c.old).followed_before is null then (c.old).subscribe_time end, (c.old).followed_after, (c.old).followed_before,
               case when (c.old).subscribe then least(c.subscribe_time, u.missing_since, u.gone_by, greatest({AnsweredFollowing("(c.old)")}, (
                        select max(l.started_at) from followersync.listings l
                        where l.app_id = (c.old).app_id and l.status = 'done' and l.listed_at < least(c.subscribe_time, u.missing_since))))
                    when {IsTold} then least((c.old).unfollowed_after, c.subscribe_time)
                    else (c.old).unfollowed_after end,
               case when (c.old).subscribe then greatest(least(c.subscribe_time, u.gone_by), coalesce((c.old).followed_before, (c.old).subscribe_time))
                    when {IsTold} then least((c.old).unfollowed_before, c.subscribe_time)
                    else (c.old).unfollowed_before end,
               case when (c.old).subscribe then 'answer' else coalesce((c.old).unfollow_source, 'answer') end,
               (c.old).subscribe_scene, (c.old).qr_scene, (c.old).qr_scene_str, (c.old).first_followed_at is not null,
               case when (c.old).subscribe or {IsTold} then c.subscribe_time end, c.at
        from changed c
        left join lateral (
            select coalesce(n.first_missing_since, n.missing_since) as missing_since, coalesce(n.first_gone_by, n.gone_by) as gone_by
            from followersync.unfollow_candidates n where n.app_id = (c.old).app_id and n.openid = (c.old).openid limit 1) u on true
        where {HasReturned}
        returning *
        """;

    /// <summary>Leaves the episodes that were kept for the daily facts to count. Goes into a common table expression after one that is named <c>episodes</c>.</summary>
    public const string TellEpisodes = $"insert into followersync.episode_changes ({Told}, weight) select {Told}, 1 from episodes";

    /// <summary>Puts what events tell of times a person followed before: new ones, and better bounds of those that stand there.</summary>
    public const string PutEpisodes =
        $"""
        with given as (
            select @appId as app_id, e.*
            from unnest(@openIds::text[], @followedAt::timestamptz[], @followedAfter::timestamptz[], @followedBefore::timestamptz[], @after::timestamptz[],
                        @before::timestamptz[], @sources::text[], @scenes::text[], @qrScenes::bigint[], @qrSceneStrs::text[], @areReturns::bool[],
                        @followedAgainAt::timestamptz[], @endedAt::timestamptz[])
                 as e (openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene, qr_scene, qr_scene_str, is_return,
                       followed_again_at, ended_at)
        ), stored as (
            select p.* from given g join wechat.past_episodes p on p.app_id = @appId and p.openid = g.openid and p.ended_at = g.ended_at
        ), episodes as (
            insert into wechat.past_episodes as p (app_id, openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene,
                qr_scene, qr_scene_str, is_return, followed_again_at, ended_at)
            select app_id, openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene, qr_scene, qr_scene_str, is_return,
                   followed_again_at, ended_at
            from given
            on conflict (app_id, openid, ended_at) do update
            set followed_at = excluded.followed_at, followed_after = excluded.followed_after, followed_before = excluded.followed_before,
                unfollowed_after = excluded.unfollowed_after, unfollowed_before = excluded.unfollowed_before, source = excluded.source, scene = excluded.scene,
                qr_scene = excluded.qr_scene, qr_scene_str = excluded.qr_scene_str, is_return = excluded.is_return, followed_again_at = excluded.followed_again_at
            where (p.followed_at, p.followed_after, p.followed_before, p.unfollowed_after, p.unfollowed_before, p.source, p.scene, p.qr_scene, p.qr_scene_str,
                   p.is_return, p.followed_again_at) is distinct from
                  (excluded.followed_at, excluded.followed_after, excluded.followed_before, excluded.unfollowed_after, excluded.unfollowed_before, excluded.source,
                   excluded.scene, excluded.qr_scene, excluded.qr_scene_str, excluded.is_return, excluded.followed_again_at)
            returning *
        ), replaced as (
            insert into followersync.episode_changes ({Told}, weight)
            select {Told}, -1 from stored s where exists (select 1 from episodes e where e.openid = s.openid and e.ended_at = s.ended_at)
        )
        {TellEpisodes}
        """;

    private const string Told =
        "app_id, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, scene, qr_scene, qr_scene_str, is_return";

    /// <summary>When the person first followed, for a person who has come back. Wants <c>subscribe_time</c> in <c>changed</c> too.</summary>
    public const string FirstFollowedAt =
        $"""
        case when {HasReturned} then coalesce((c.old).first_followed_at, (c.old).subscribe_time, (c.old).followed_before, (c.old).first_seen_at)
             else (c.old).first_followed_at end
        """;

    /// <summary>A person who is known to be gone and follows again has done so since, be it that WeChat answers no time, the one of the follow before, or an
    /// earlier one. Wants <c>subscribe_time</c> in <c>changed</c> too.</summary>
    public const string FollowedAfter =
        $"case when {IsTold} then null when (c.old).subscribe then (c.old).followed_after else least((c.old).unfollowed_before, @answeredAt) end";

    /// <summary>By when the person followed, where the time WeChat answers does not tell: by now, for the follow may be as new as the last attempt to ask. Wants <c>subscribe_time</c> in <c>changed</c> too.</summary>
    public const string FollowedBefore =
        $"case when {IsTold} then null when (c.old).subscribe then (c.old).followed_before else c.at end";

    /// <summary>The newest list that was read to its end and lacked whoever is not stored: nobody of the people in it is, but for those whom WeChat refuses
    /// and those who were forgotten since. Goes into a common table expression.</summary>
    public const string LastList =
        """
        forgotten as materialized (
            select max(deleted_at) as at from followersync.deletions where app_id = @appId and reason in ('forget', 'event') and action = 'deleted'
        ), lists as materialized (
            select l.started_at, lag(l.started_at) over (order by l.started_at) as before
            from followersync.listings l, forgotten f
            where l.app_id = @appId and l.status = 'done' and not l.lasting and l.started_at > coalesce(f.at, '-infinity')
        ), last_list as materialized (
            select max(started_at) as at from lists
        )
        """;

    /// <summary>When a person who is stored now did not follow yet, by <see cref="LastList"/>: of whom WeChat has refused, before the list that named the
    /// person first. Wants <c>openid</c>.</summary>
    public const string NotYetFollowedAt =
        """
        case when exists (select 1 from followersync.rejected_openids r where r.app_id = @appId and r.openid = g.openid) then (
                 select max(l.before)
                 from lists l
                 join followersync.rejected_openids r on r.app_id = @appId and r.openid = g.openid and l.started_at <= r.first_rejected_at)
             else (select at from last_list) end
        """;

    // Clocks of ours and of WeChat's may differ by so much.
    private const string Slack = "interval '2 minutes'";

    /// <summary>Whether the answered <c>subscribe_time</c> is the one of the present follow: later than that of the follow before, and than the person was
    /// last known to be not following yet.</summary>
    private const string IsTold =
        $"""
        coalesce(c.subscribe_time > greatest('-infinity', (c.old).subscribe_time,
            case when not (c.old).subscribe then (c.old).unfollowed_after when (c.old).first_followed_at is not null then (c.old).followed_after end - {Slack}), false)
        """;

    // The stored time may be that of the message of the same follow, which differs by so much: KnownFollow.Tolerance.
    private const string MessageSlack = "interval '10 seconds'";

    /// <summary>Whether the person has come back. Wants <c>subscribe_time</c> in <c>changed</c> too.</summary>
    public const string HasReturned =
        $"(not (c.old).subscribe or c.subscribe_time > coalesce((c.old).followed_before + {Slack}, (c.old).subscribe_time + {MessageSlack}))";
}
