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
    where status = 'succeeded' and trigger <> 'event'
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
