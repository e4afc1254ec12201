namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.follower_versions</c> and <c>wechat.past_episodes</c>, as parts of the statements that change followers.</summary>
/// <remarks>Such a statement has a common table expression <c>changed</c> with <c>place</c> (ctid of the row), <c>old</c> (the whole row), <c>at</c>
/// (when it changes) and <c>replaced</c> (names of the columns that change), and updates <c>wechat.followers</c> from it.</remarks>
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

    /// <summary>Keeps the time a person followed before, when the person has come back: after being gone, or between two looks, which only the new
    /// <c>subscribe_time</c> tells. Wants <c>subscribe_time</c> in <c>changed</c> too. Goes into a common table expression.</summary>
    public const string KeepEpisodes =
        $"""
        insert into wechat.past_episodes (app_id, openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene,
            qr_scene, qr_scene_str, is_return, followed_again_at, ended_at)
        select (c.old).app_id, (c.old).openid, case when (c.old).followed_before is null then (c.old).subscribe_time end, (c.old).followed_after, (c.old).followed_before,
               case when (c.old).subscribe then least(c.subscribe_time, greatest((c.old).changed_at, (
                        select max(l.started_at) from followersync.listings l
                        where l.app_id = (c.old).app_id and l.status = 'done' and l.started_at < c.subscribe_time)))
                    else (c.old).unfollowed_after end,
               case when (c.old).subscribe then c.subscribe_time else (c.old).unfollowed_before end,
               case when (c.old).subscribe then 'answer' else coalesce((c.old).unfollow_source, 'answer') end,
               (c.old).subscribe_scene, (c.old).qr_scene, (c.old).qr_scene_str, (c.old).first_followed_at is not null, c.subscribe_time, c.at
        from changed c
        where {HasReturned}
        """;

    /// <summary>Puts what events tell of times a person followed before: new ones, and better bounds of those that stand there.</summary>
    public const string PutEpisodes =
        """
        insert into wechat.past_episodes as p (app_id, openid, followed_at, unfollowed_after, unfollowed_before, source, scene, is_return,
            followed_again_at, ended_at)
        select @appId, openid, followed_at, unfollowed_after, unfollowed_before, source, scene, is_return, followed_again_at, ended_at
        from unnest(@openIds::text[], @followedAt::timestamptz[], @after::timestamptz[], @before::timestamptz[], @sources::text[], @scenes::text[],
                    @areReturns::bool[], @followedAgainAt::timestamptz[], @endedAt::timestamptz[])
             as e (openid, followed_at, unfollowed_after, unfollowed_before, source, scene, is_return, followed_again_at, ended_at)
        on conflict (app_id, openid, ended_at) do update
        set followed_at = excluded.followed_at, unfollowed_after = excluded.unfollowed_after, unfollowed_before = excluded.unfollowed_before,
            source = excluded.source, scene = excluded.scene, is_return = excluded.is_return, followed_again_at = excluded.followed_again_at
        where (p.followed_at, p.unfollowed_after, p.unfollowed_before, p.source, p.scene, p.is_return, p.followed_again_at) is distinct from
              (excluded.followed_at, excluded.unfollowed_after, excluded.unfollowed_before, excluded.source, excluded.scene, excluded.is_return,
               excluded.followed_again_at)
        """;

    /// <summary>When the person first followed, for a person who has come back. Wants <c>subscribe_time</c> in <c>changed</c> too.</summary>
    public const string FirstFollowedAt =
        $"""
        case when {HasReturned} then coalesce((c.old).first_followed_at, (c.old).subscribe_time, (c.old).first_seen_at)
             else (c.old).first_followed_at end
        """;

    /// <summary>Whether the person has come back. Wants <c>subscribe_time</c> in <c>changed</c> too.</summary>
    public const string HasReturned = "(not (c.old).subscribe or c.subscribe_time > (c.old).subscribe_time)";
}
