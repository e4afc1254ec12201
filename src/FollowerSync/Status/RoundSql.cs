using FollowerSync.Sync.Listings;

namespace FollowerSync.Status;

/// <summary>How far rounds are, from the records of their runs alone: parts of a <c>with</c> for whoever tells it, behind one that names the <c>rounds</c>, each of another account.</summary>
internal static class RoundSql
{
    /// <summary>Whom all runs of the round have asked for together, and how many of the slice its newest run has still to ask for, where profiles rotate.</summary>
    public const string Asked =
        """
        asked as (
            select l.app_id, coalesce(sum(r.added + r.changed + r.unchanged + r.rejected), 0)::bigint as people, coalesce(sum(r.added), 0)::bigint as added,
                   greatest(l.slice - coalesce((array_agg(r.changed + r.unchanged + r.rejected order by r.run_id desc))[1], 0), 0) as slice_left
            from rounds l
            left join wechat.sync_runs r on r.app_id = l.app_id and r.trigger <> 'event' and r.started_at > l.started_at - interval '1 day' and r.listing_id = l.listing_id
            group by l.app_id, l.slice
        )
        """;

    /// <summary>Behind <see cref="Asked"/>: whom they have still to ask for. Where profiles rotate, who is new is what the list has more than the newest complete run.</summary>
    public const string ToAsk =
        """
        following as (
            select app_id, following as people from followersync.counted_facts
        ), to_ask as (
            select l.app_id, case when l.slice is null then greatest(l.total - a.people, 0) else a.slice_left + greatest(l.total - f.people - a.added, 0) end as people
            from rounds l join asked a using (app_id) left join following f using (app_id)
        )
        """;

    /// <summary>The account <c>a</c> has come to the end of a list, so that a run reads the list whole before it asks for anybody on it.</summary>
    public const string IsKnown = ListingStore.IsKnown;
}
