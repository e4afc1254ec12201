-- Ready views for analysts. They stand on wechat.complete_runs: each tells what was stored when the newest complete run ended, so that a run under
-- way, or one that was broken off, is not to be seen in them.
--
-- Beijing has kept eight hours since 1991. The views add them as an interval, not by the name of the zone, and count days as hours: looking up the
-- zone for every row costs more than all the rest.

create view wechat.complete_runs as
select distinct on (app_id) app_id, run_id, started_at as complete_as_of, coalesce(approved_at, finished_at) as stored_at
from wechat.sync_runs
where status = 'succeeded'
order by app_id, run_id desc;
comment on view wechat.complete_runs is 'The newest run of every account that came to its end. The ready views tell what was stored when it ended: what an unfinished run has written since is not in them.';
comment on column wechat.complete_runs.app_id is 'Account.';
comment on column wechat.complete_runs.run_id is 'The run.';
comment on column wechat.complete_runs.complete_as_of is 'When it began: everybody was looked at after this.';
comment on column wechat.complete_runs.stored_at is 'When its last change was stored.';

-- Of the versions that are over, only those can be meant that held between the oldest and the newest of these runs. Said so, in one range, the block
-- range index finds them, and the planner knows that they are few.
create view wechat.audience as
select r.app_id, r.run_id, f.openid, f.unionid, f.subscribe, f.subscribe_time, f.groupid, f.tagid_list, f.subscribe_scene, f.qr_scene, f.qr_scene_str, f.unfollowed_after,
       f.unfollowed_before, f.unfollow_source, f.first_followed_at, f.blacklisted, f.blacklisted_at
from wechat.complete_runs r
join wechat.followers f on f.app_id = r.app_id and f.changed_at <= r.stored_at
union all
select r.app_id, r.run_id, v.openid, v.unionid, v.subscribe, v.subscribe_time, v.groupid, v.tagid_list, v.subscribe_scene, v.qr_scene, v.qr_scene_str, v.unfollowed_after,
       v.unfollowed_before, v.unfollow_source, v.first_followed_at, f.blacklisted, f.blacklisted_at
from (select tstzrange(min(stored_at), max(stored_at), '[]') as ends from wechat.complete_runs) runs
join wechat.follower_versions v on tstzrange(v.valid_from, v.valid_to) && runs.ends
join wechat.complete_runs r on r.app_id = v.app_id and v.valid_from <= r.stored_at and v.valid_to > r.stored_at
join wechat.followers f on f.app_id = v.app_id and f.openid = v.openid;
comment on view wechat.audience is 'Everybody who follows or followed, as of the newest complete run, without the personal columns. Empty for an account that never completed a run; wechat.freshness says why.';
comment on column wechat.audience.app_id is 'Account.';
comment on column wechat.audience.run_id is 'The complete run the row speaks for.';
comment on column wechat.audience.openid is 'The person.';
comment on column wechat.audience.unionid is 'The person across accounts; null = not known.';
comment on column wechat.audience.subscribe is 'Whether the person follows.';
comment on column wechat.audience.subscribe_time is 'When the person last followed.';
comment on column wechat.audience.groupid is 'Legacy group.';
comment on column wechat.audience.tagid_list is 'Tags.';
comment on column wechat.audience.subscribe_scene is 'How the person found the account.';
comment on column wechat.audience.qr_scene is 'Number of the QR code scanned.';
comment on column wechat.audience.qr_scene_str is 'Text of the QR code scanned.';
comment on column wechat.audience.unfollowed_after is 'Still followed at this time; null while following.';
comment on column wechat.audience.unfollowed_before is 'Gone by this time; null while following.';
comment on column wechat.audience.unfollow_source is 'What showed it: listing, answer or event.';
comment on column wechat.audience.blacklisted is 'Whether the account has put the person on its blacklist, as of the last time the list was read.';
comment on column wechat.audience.blacklisted_at is 'When the person was first found on it; null = not on it.';
comment on column wechat.audience.first_followed_at is 'When a person who came back had first followed; null = the person never left.';

create view wechat.follower_tags as
select a.app_id, a.openid, tag_id, t.name
from wechat.audience a
cross join unnest(a.tagid_list) tag_id
left join wechat.tags t using (app_id, tag_id)
where a.subscribe;
comment on view wechat.follower_tags is 'One row for every tag of every follower, as of the newest complete run.';
comment on column wechat.follower_tags.app_id is 'Account.';
comment on column wechat.follower_tags.openid is 'The follower.';
comment on column wechat.follower_tags.tag_id is 'Number of the tag.';
comment on column wechat.follower_tags.name is 'Name of the tag; null = WeChat did not name it (see wechat.freshness.not_read).';

create view wechat.complete_history as
select r.app_id, v.openid, v.valid_from, case when v.valid_to <= r.stored_at then v.valid_to end as valid_to, v.subscribe, v.groupid, v.tagid_list
from wechat.complete_runs r
join wechat.follower_versions v on v.app_id = r.app_id and v.valid_from <= r.stored_at
union all
select r.app_id, f.openid, f.changed_at, null, f.subscribe, f.groupid, f.tagid_list
from wechat.complete_runs r
join wechat.followers f on f.app_id = r.app_id and f.changed_at <= r.stored_at;
comment on view wechat.complete_history is 'Groups and tags of wechat.follower_history as of the newest complete run.';
comment on column wechat.complete_history.app_id is 'Account.';
comment on column wechat.complete_history.openid is 'The person.';
comment on column wechat.complete_history.valid_from is 'When FollowerSync stored this version.';
comment on column wechat.complete_history.valid_to is 'When the next version replaced it; null = it was current when the run ended.';
comment on column wechat.complete_history.subscribe is 'Whether the person followed.';
comment on column wechat.complete_history.groupid is 'Legacy group.';
comment on column wechat.complete_history.tagid_list is 'Tags.';

create view wechat.complete_episodes as
select r.app_id, p.openid, p.followed_at, coalesce(p.unfollowed_after, p.followed_at) as unfollowed_after, p.unfollowed_before, p.source, p.scene, p.is_return
from wechat.complete_runs r
join wechat.past_episodes p on p.app_id = r.app_id and p.ended_at <= r.stored_at
where p.followed_at is not null
union all
select a.app_id, a.openid, a.subscribe_time, case when not a.subscribe then coalesce(a.unfollowed_after, a.subscribe_time) end, a.unfollowed_before,
       a.unfollow_source, a.subscribe_scene, a.first_followed_at is not null
from wechat.audience a
where a.subscribe_time is not null;
comment on view wechat.complete_episodes is 'wechat.follow_episodes as of the newest complete run.';
comment on column wechat.complete_episodes.app_id is 'Account.';
comment on column wechat.complete_episodes.openid is 'The person.';
comment on column wechat.complete_episodes.followed_at is 'When the person followed.';
comment on column wechat.complete_episodes.unfollowed_after is 'Still followed at this time; null while following.';
comment on column wechat.complete_episodes.unfollowed_before is 'Gone by this time; null while following.';
comment on column wechat.complete_episodes.source is 'What showed it.';
comment on column wechat.complete_episodes.scene is 'How the person found the account.';
comment on column wechat.complete_episodes.is_return is 'Whether the person had followed before.';

create view wechat.daily_totals as
with scenes as (
    select app_id, (followed_at at time zone interval '8 hours')::date as day, scene, count(*) as new, count(*) filter (where is_return) as returned
    from wechat.complete_episodes
    group by 1, 2, 3
), followed as (
    select app_id, day, sum(new)::bigint as new, sum(returned)::bigint as returned, jsonb_object_agg(coalesce(scene, 'unknown'), new) as new_by_scene
    from scenes
    group by 1, 2
), bounds as (
    select app_id, (unfollowed_after at time zone interval '8 hours')::date as earliest, (unfollowed_before at time zone interval '8 hours')::date as latest,
           count(*) as people
    from wechat.complete_episodes
    where unfollowed_before is not null
    group by 1, 2, 3
), earliest as (
    select app_id, earliest as day, sum(people)::bigint as people from bounds group by 1, 2
), latest as (
    select app_id, latest as day, sum(people)::bigint as people, sum(people) filter (where earliest = latest)::bigint as sure from bounds group by 1, 2
), calendar as (
    select r.app_id, d::date as day
    from (select app_id, min(day) as first_day from followed group by 1) f
    join wechat.complete_runs r on r.app_id = f.app_id,
    generate_series(f.first_day, (r.stored_at at time zone interval '8 hours')::date, interval '1 day') d
), totals as (
    select c.app_id, c.day,
           (sum(coalesce(f.new, 0) - coalesce(e.people, 0)) over past)::bigint as followers_at_least,
           (sum(coalesce(f.new, 0) - coalesce(l.people, 0)) over past)::bigint as followers_at_most,
           coalesce(f.new, 0) as new, coalesce(f.returned, 0) as returned,
           coalesce(l.sure, 0) as left_at_least,
           (coalesce(l.people, 0) + sum(coalesce(e.people, 0) - coalesce(l.people, 0)) over past)::bigint as left_at_most,
           coalesce(f.new_by_scene, '{}') as new_by_scene
    from calendar c
    left join followed f using (app_id, day)
    left join earliest e using (app_id, day)
    left join latest l using (app_id, day)
    window past as (partition by c.app_id order by c.day)
), known as (
    select app_id, (min(started_at) at time zone interval '8 hours')::date as since,
           (select count(*) from followersync.rejected_openids j where j.app_id = s.app_id) as rejected,
           (select a.why from followersync.account_readings a where a.app_id = s.app_id and a.what = 'datacube') as not_read
    from wechat.sync_runs s
    where status = 'succeeded'
    group by app_id
)
select t.*, b.new_user, b.cancel_user, b.cumulate_user, d.difference,
       case when b.cumulate_user is null then coalesce(k.not_read, 'Not read. WeChat gives the books of a day after 08:00 of the next one.')
            when d.difference = 0 then null
            when t.day < k.since then 'Before the first complete run: FollowerSync does not know who had left by then.'
            when k.rejected > 0 then k.rejected || ' openids are refused by WeChat and so not counted here; see wechat.freshness.'
            else 'No cause is known. WeChat''s list of followers can lag behind its books, and its books are not corrected afterwards.' end as difference_why
from totals t
join known k using (app_id)
left join wechat.datacube_days b on b.app_id = t.app_id and b.ref_date = t.day
cross join lateral (
    select case when b.cumulate_user > t.followers_at_most then b.cumulate_user - t.followers_at_most
                when b.cumulate_user < t.followers_at_least then b.cumulate_user - t.followers_at_least
                when b.cumulate_user is not null then 0 end as difference) d;
comment on view wechat.daily_totals is 'Followers, new, left and returned people of every account and Beijing day, as of the newest complete run. When somebody left is known within bounds, so followers and left are given as at least and at most.';
comment on column wechat.daily_totals.app_id is 'Account.';
comment on column wechat.daily_totals.day is 'Day in Beijing.';
comment on column wechat.daily_totals.followers_at_least is 'People who surely followed at the end of the day.';
comment on column wechat.daily_totals.followers_at_most is 'People who may have followed at the end of the day.';
comment on column wechat.daily_totals.new is 'People who followed on the day, returned ones included.';
comment on column wechat.daily_totals.returned is 'Those of them who had followed before.';
comment on column wechat.daily_totals.left_at_least is 'People who surely left on the day.';
comment on column wechat.daily_totals.left_at_most is 'People who may have left on the day.';
comment on column wechat.daily_totals.new_by_scene is 'New people by how they found the account, as JSON.';
comment on column wechat.daily_totals.new_user is 'New people by WeChat''s own books (datacube); null = not read, difference_why says why.';
comment on column wechat.daily_totals.cancel_user is 'People who left by WeChat''s own books; null = not read.';
comment on column wechat.daily_totals.cumulate_user is 'Followers at the end of the day by WeChat''s own books; null = not read.';
comment on column wechat.daily_totals.difference is 'How many more (or, negative, fewer) followers WeChat''s books tell than the bounds allow; 0 = they agree; null = not read.';
comment on column wechat.daily_totals.difference_why is 'The known cause of the difference, or why WeChat''s books are missing; null = they agree.';

create view wechat.growth_by_week as
with ends as (
    select app_id, date_trunc('week', day)::date as week, (array_agg(followers_at_least order by day desc))[1] as followers_at_least,
           (array_agg(followers_at_most order by day desc))[1] as followers_at_most, sum(new)::bigint as new, sum(returned)::bigint as returned
    from wechat.daily_totals
    group by 1, 2
)
select app_id, week, followers_at_least, followers_at_most, new, returned,
       followers_at_least - coalesce(lag(followers_at_most) over by_time, 0) as net_at_least,
       followers_at_most - coalesce(lag(followers_at_least) over by_time, 0) as net_at_most
from ends
window by_time as (partition by app_id order by week);
comment on view wechat.growth_by_week is 'wechat.daily_totals by week.';
comment on column wechat.growth_by_week.app_id is 'Account.';
comment on column wechat.growth_by_week.week is 'First day of the week.';
comment on column wechat.growth_by_week.followers_at_least is 'People who surely followed at its end.';
comment on column wechat.growth_by_week.followers_at_most is 'People who may have followed at its end.';
comment on column wechat.growth_by_week.new is 'People who followed in it.';
comment on column wechat.growth_by_week.returned is 'Those of them who had followed before.';
comment on column wechat.growth_by_week.net_at_least is 'Least growth: from the most that may have followed before to the least at its end.';
comment on column wechat.growth_by_week.net_at_most is 'Most growth: from the least that may have followed before to the most at its end.';

create view wechat.growth_by_month as
with ends as (
    select app_id, date_trunc('month', day)::date as month, (array_agg(followers_at_least order by day desc))[1] as followers_at_least,
           (array_agg(followers_at_most order by day desc))[1] as followers_at_most, sum(new)::bigint as new, sum(returned)::bigint as returned
    from wechat.daily_totals
    group by 1, 2
)
select app_id, month, followers_at_least, followers_at_most, new, returned,
       followers_at_least - coalesce(lag(followers_at_most) over by_time, 0) as net_at_least,
       followers_at_most - coalesce(lag(followers_at_least) over by_time, 0) as net_at_most
from ends
window by_time as (partition by app_id order by month);
comment on view wechat.growth_by_month is 'wechat.daily_totals by month.';
comment on column wechat.growth_by_month.app_id is 'Account.';
comment on column wechat.growth_by_month.month is 'First day of the month.';
comment on column wechat.growth_by_month.followers_at_least is 'People who surely followed at its end.';
comment on column wechat.growth_by_month.followers_at_most is 'People who may have followed at its end.';
comment on column wechat.growth_by_month.new is 'People who followed in it.';
comment on column wechat.growth_by_month.returned is 'Those of them who had followed before.';
comment on column wechat.growth_by_month.net_at_least is 'Least growth: from the most that may have followed before to the least at its end.';
comment on column wechat.growth_by_month.net_at_most is 'Most growth: from the least that may have followed before to the most at its end.';

create view wechat.growth_by_scene as
select app_id, month, scene, sum(new)::bigint as new, sum(gone)::bigint as gone
from (
    select app_id, date_trunc('month', followed_at at time zone interval '8 hours')::date as month, scene, 1 as new, 0 as gone from wechat.complete_episodes
    union all
    select app_id, date_trunc('month', unfollowed_before at time zone interval '8 hours')::date, scene, 0, 1
    from wechat.complete_episodes where unfollowed_before is not null
) e
group by 1, 2, 3;
comment on view wechat.growth_by_scene is 'New and lost people by how they found the account, by month in Beijing. Leaving counts in the month the person is known to be gone.';
comment on column wechat.growth_by_scene.app_id is 'Account.';
comment on column wechat.growth_by_scene.month is 'First day of the month.';
comment on column wechat.growth_by_scene.scene is 'How they found the account; null = not told.';
comment on column wechat.growth_by_scene.new is 'People who followed in it.';
comment on column wechat.growth_by_scene.gone is 'People known to be gone in it.';

create view wechat.growth_by_qr_scene as
select app_id, qr_scene, qr_scene_str, count(*) as brought, count(*) filter (where subscribe) as following
from wechat.audience
where qr_scene <> 0 or qr_scene_str is not null
group by 1, 2, 3;
comment on view wechat.growth_by_qr_scene is 'What every QR code brought: people by the code of their newest follow.';
comment on column wechat.growth_by_qr_scene.app_id is 'Account.';
comment on column wechat.growth_by_qr_scene.qr_scene is 'Number of the code; 0 when it has a text.';
comment on column wechat.growth_by_qr_scene.qr_scene_str is 'Text of the code; null when it has a number.';
comment on column wechat.growth_by_qr_scene.brought is 'People whose newest follow was through it.';
comment on column wechat.growth_by_qr_scene.following is 'Those who still follow.';

create view wechat.retention as
select e.app_id, date_trunc('month', followed_at at time zone interval '8 hours')::date as cohort, count(*) as people,
       count(*) filter (where followed_at + interval '720 hours' <= stored_at) as due_30,
       count(*) filter (where followed_at + interval '720 hours' <= stored_at and (unfollowed_before is null or unfollowed_after >= followed_at + interval '720 hours')) as kept_30_at_least,
       count(*) filter (where followed_at + interval '720 hours' <= stored_at and (unfollowed_before is null or unfollowed_before > followed_at + interval '720 hours')) as kept_30_at_most,
       count(*) filter (where followed_at + interval '2160 hours' <= stored_at) as due_90,
       count(*) filter (where followed_at + interval '2160 hours' <= stored_at and (unfollowed_before is null or unfollowed_after >= followed_at + interval '2160 hours')) as kept_90_at_least,
       count(*) filter (where followed_at + interval '2160 hours' <= stored_at and (unfollowed_before is null or unfollowed_before > followed_at + interval '2160 hours')) as kept_90_at_most,
       count(*) filter (where followed_at + interval '4320 hours' <= stored_at) as due_180,
       count(*) filter (where followed_at + interval '4320 hours' <= stored_at and (unfollowed_before is null or unfollowed_after >= followed_at + interval '4320 hours')) as kept_180_at_least,
       count(*) filter (where followed_at + interval '4320 hours' <= stored_at and (unfollowed_before is null or unfollowed_before > followed_at + interval '4320 hours')) as kept_180_at_most
from wechat.complete_episodes e
join wechat.complete_runs r on r.app_id = e.app_id
group by 1, 2;
comment on view wechat.retention is 'How many of the people who followed in a month still followed 30, 90 and 180 days later.';
comment on column wechat.retention.app_id is 'Account.';
comment on column wechat.retention.cohort is 'First day of the month they followed in, in Beijing.';
comment on column wechat.retention.people is 'How many followed in it.';
comment on column wechat.retention.due_30 is 'Those of them who followed 30 days ago or longer.';
comment on column wechat.retention.kept_30_at_least is 'Of these, surely still following 30 days later.';
comment on column wechat.retention.kept_30_at_most is 'Of these, possibly still following 30 days later.';
comment on column wechat.retention.due_90 is 'Those of them who followed 90 days ago or longer.';
comment on column wechat.retention.kept_90_at_least is 'Of these, surely still following 90 days later.';
comment on column wechat.retention.kept_90_at_most is 'Of these, possibly still following 90 days later.';
comment on column wechat.retention.due_180 is 'Those of them who followed 180 days ago or longer.';
comment on column wechat.retention.kept_180_at_least is 'Of these, surely still following 180 days later.';
comment on column wechat.retention.kept_180_at_most is 'Of these, possibly still following 180 days later.';

create view wechat.churn as
with followed as (
    select app_id, date_trunc('month', followed_at at time zone interval '8 hours')::date as month, count(*) as new
    from wechat.complete_episodes
    group by 1, 2
), bounds as (
    select app_id, date_trunc('month', unfollowed_after at time zone interval '8 hours')::date as earliest,
           date_trunc('month', unfollowed_before at time zone interval '8 hours')::date as latest, count(*) as people
    from wechat.complete_episodes
    where unfollowed_before is not null
    group by 1, 2, 3
), earliest as (
    select app_id, earliest as month, sum(people)::bigint as people from bounds group by 1, 2
), latest as (
    select app_id, latest as month, sum(people)::bigint as people, sum(people) filter (where earliest = latest)::bigint as sure from bounds group by 1, 2
), calendar as (
    select r.app_id, m::date as month
    from (select app_id, min(month) as first_month from followed group by 1) f
    join wechat.complete_runs r on r.app_id = f.app_id,
    generate_series(f.first_month, date_trunc('month', r.stored_at at time zone interval '8 hours'), interval '1 month') m
), months as (
    select c.app_id, c.month,
           (sum(coalesce(f.new, 0) - coalesce(l.people, 0)) over past - (coalesce(f.new, 0) - coalesce(l.people, 0)))::bigint as followers_before,
           coalesce(l.sure, 0) as left_at_least,
           (coalesce(l.people, 0) + sum(coalesce(e.people, 0) - coalesce(l.people, 0)) over past)::bigint as left_at_most
    from calendar c
    left join followed f using (app_id, month)
    left join earliest e using (app_id, month)
    left join latest l using (app_id, month)
    window past as (partition by c.app_id order by c.month)
)
select app_id, month, followers_before, left_at_least, left_at_most,
       left_at_least::numeric / nullif(followers_before, 0) as rate_at_least, left_at_most::numeric / nullif(followers_before, 0) as rate_at_most
from months;
comment on view wechat.churn is 'People lost by month in Beijing, with both bounds.';
comment on column wechat.churn.app_id is 'Account.';
comment on column wechat.churn.month is 'First day of the month.';
comment on column wechat.churn.followers_before is 'People who may have followed when it began.';
comment on column wechat.churn.left_at_least is 'People who surely left in it.';
comment on column wechat.churn.left_at_most is 'People who may have left in it.';
comment on column wechat.churn.rate_at_least is 'left_at_least as a share of followers_before.';
comment on column wechat.churn.rate_at_most is 'left_at_most as a share of followers_before.';

-- Accounts are sorted afterwards, for the few who follow more than one: sorting inside the aggregates would sort for everybody.
create view wechat.people as
select unionid, openid,
       case when cardinality(accounts_followed) > 1 then (select array_agg(a order by a) from unnest(accounts_followed) a) else accounts_followed end as accounts_followed,
       case when cardinality(accounts_known) > 1 then (select array_agg(a order by a) from unnest(accounts_known) a) else accounts_known end as accounts_known,
       first_followed_at, last_followed_at,
       coalesce(unionid, openid) in (
           select coalesce(f.unionid, f.openid) from wechat.identity_conflicts c join wechat.followers f on f.app_id = c.app_id and f.openid = c.openid) as in_conflict
from (
    select unionid, case when unionid is null then openid end as openid,
           array_agg(app_id) filter (where subscribe) as accounts_followed, array_agg(app_id) as accounts_known,
           min(coalesce(first_followed_at, subscribe_time)) as first_followed_at, max(subscribe_time) as last_followed_at
    from wechat.audience
    group by unionid, case when unionid is null then openid end, case when unionid is null then app_id end) p;
comment on view wechat.people is 'One row a person, across accounts: people with one unionid are one; a person without unionid stays single. Unionids WeChat contradicted itself about stand in wechat.identity_conflicts.';
comment on column wechat.people.unionid is 'The person; null = known in one account only.';
comment on column wechat.people.openid is 'The persons openid when there is no unionid; null otherwise.';
comment on column wechat.people.accounts_followed is 'Accounts the person follows.';
comment on column wechat.people.accounts_known is 'Accounts the person follows or followed.';
comment on column wechat.people.first_followed_at is 'First time the person is known to have followed any of them.';
comment on column wechat.people.last_followed_at is 'Newest time the person followed one of them.';
comment on column wechat.people.in_conflict is 'Whether WeChat contradicted itself about one of the persons unionids.';

create view wechat.account_overlap as
select one.app_id, other.app_id as other_app_id, count(distinct p.unionid) as people
from (
    select unionid, array_agg(app_id) as accounts
    from wechat.audience
    where subscribe and unionid is not null
    group by unionid
    having count(*) > 1) p,
    unnest(p.accounts) one (app_id), unnest(p.accounts) other (app_id)
where other.app_id > one.app_id
group by 1, 2;
comment on view wechat.account_overlap is 'How many people follow both of two accounts, told by their unionids.';
comment on column wechat.account_overlap.app_id is 'One account.';
comment on column wechat.account_overlap.other_app_id is 'The other.';
comment on column wechat.account_overlap.people is 'People who follow both.';

create view wechat.group_sizes as
with spells as materialized (
    select app_id, groupid, date_trunc('month', valid_from at time zone interval '8 hours')::date as since,
           date_trunc('month', valid_to at time zone interval '8 hours')::date as until, count(*) as people
    from wechat.complete_history
    where subscribe
    group by 1, 2, 3, 4
), moves as (
    select app_id, groupid, since as month, people from spells
    union all
    select app_id, groupid, until, -people from spells where until is not null
)
select m.app_id, m.groupid, m.month, sum(sum(m.people)) over (partition by m.app_id, m.groupid order by m.month)::bigint as people, g.name
from moves m
left join wechat.groups g on g.app_id = m.app_id and g.group_id = m.groupid
group by m.app_id, m.groupid, g.name, m.month;
comment on view wechat.group_sizes is 'Followers of every legacy group at the end of every month in which one came or went, from the day FollowerSync first saw them.';
comment on column wechat.group_sizes.app_id is 'Account.';
comment on column wechat.group_sizes.groupid is 'The group.';
comment on column wechat.group_sizes.month is 'First day of the month.';
comment on column wechat.group_sizes.people is 'Followers in the group at its end, or now.';
comment on column wechat.group_sizes.name is 'Its name; null = WeChat did not name it.';

-- Counts people by their whole list of tags first: there are far fewer lists than people.
create view wechat.tag_sizes as
with spells as materialized (
    select app_id, tagid_list, date_trunc('month', valid_from at time zone interval '8 hours')::date as since,
           date_trunc('month', valid_to at time zone interval '8 hours')::date as until, count(*) as people
    from wechat.complete_history
    where subscribe and cardinality(tagid_list) > 0
    group by 1, 2, 3, 4
), moves as (
    select app_id, tag_id, since as month, people from spells, unnest(tagid_list) tag_id
    union all
    select app_id, tag_id, until, -people from spells, unnest(tagid_list) tag_id where until is not null
)
select m.app_id, m.tag_id, m.month, sum(sum(m.people)) over (partition by m.app_id, m.tag_id order by m.month)::bigint as people, t.name
from moves m
left join wechat.tags t on t.app_id = m.app_id and t.tag_id = m.tag_id
group by m.app_id, m.tag_id, t.name, m.month;
comment on view wechat.tag_sizes is 'Followers with every tag at the end of every month in which one came or went, from the day FollowerSync first saw them.';
comment on column wechat.tag_sizes.app_id is 'Account.';
comment on column wechat.tag_sizes.tag_id is 'The tag.';
comment on column wechat.tag_sizes.month is 'First day of the month.';
comment on column wechat.tag_sizes.people is 'Followers with the tag at its end, or now.';
comment on column wechat.tag_sizes.name is 'Its name; null = WeChat did not name it.';

create view wechat.freshness as
select a.app_id, a.name, r.run_id, r.complete_as_of, now() - r.complete_as_of as age,
       (select count(*) from followersync.rejected_openids j where j.app_id = a.app_id) as rejected,
       (select count(*) from followersync.unfollow_candidates u where u.app_id = a.app_id and u.answered_at is not null)
           + (select count(*) from followersync.held_identities h where h.app_id = a.app_id) as held,
       (select min(c.confirmed_at) from followersync.confirmations c where c.app_id = a.app_id) as oldest_confirmation,
       (select count(*)
        from (
            select c.last_openid, lag(c.last_openid, 1, '') over (order by c.last_openid) as after_openid, c.confirmed_at
            from followersync.confirmations c where c.app_id = a.app_id) c
        join wechat.followers f on f.app_id = a.app_id and f.openid > c.after_openid and f.openid <= c.last_openid
        where c.confirmed_at < r.complete_as_of and f.subscribe and f.changed_at < r.complete_as_of) as not_confirmed_since,
       case when n.run_id is null then 'No run yet.'
            when n.status = 'succeeded' then null
            when n.status = 'running' then 'A run is under way.'
            else 'The newest run ended as ' || n.status || ': ' || coalesce(n.error, 'no reason given') end as why,
       (select string_agg(w.what || ': ' || w.why, ' ' order by w.what) from followersync.account_readings w where w.app_id = a.app_id) as not_read
from wechat.accounts a
left join wechat.complete_runs r on r.app_id = a.app_id
left join lateral (
    select run_id, status, error from wechat.sync_runs s where s.app_id = a.app_id order by run_id desc limit 1) n on true;
comment on view wechat.freshness is 'How far every accounts data can be trusted: one row an account.';
comment on column wechat.freshness.app_id is 'Account.';
comment on column wechat.freshness.name is 'Its name.';
comment on column wechat.freshness.run_id is 'The newest complete run; null = none yet.';
comment on column wechat.freshness.complete_as_of is 'What the views tell is complete as of this time.';
comment on column wechat.freshness.age is 'How long ago that is.';
comment on column wechat.freshness.rejected is 'Openids that WeChat refuses or does not answer.';
comment on column wechat.freshness.held is 'People whose leaving or changed unionid waits for somebody to approve it.';
comment on column wechat.freshness.oldest_confirmation is 'The longest ago any known followers profile was confirmed by the refresh; null before the first refresh.';
comment on column wechat.freshness.not_confirmed_since is 'Followers WeChat has not been asked about since complete_as_of.';
comment on column wechat.freshness.not_read is 'What else could not be read of the account (groups, tags, blacklist, datacube), and why; null = everything was.';
comment on column wechat.freshness.why is 'Why the data is not complete or not new; null when the newest run succeeded.';

-- Compiling these views to machine code takes PostgreSQL longer than it saves: 1.4 s of 2.5 for wechat.churn at a million followers.
do $do$
begin
    execute format('alter database %I set jit = off', current_database());
exception when insufficient_privilege then
    raise notice 'The owner of the database should run: alter database % set jit = off', current_database();
end $do$;
