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
