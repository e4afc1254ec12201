create view wechat.churn as
with leaves as (
    select f.app_id, date_trunc('month', f.day::timestamp)::date as month, sum(f.leaves_in_month) as sure, sum(f.leaves_latest) as latest, sum(f.leaves_earliest) as earliest
    from (
        select app_id, day, leaves_in_month, leaves_latest, leaves_earliest from wechat.daily_accounts
        union all
        select app_id, seen_day, 0, 0, 1 from wechat.doubtful_followers) f
    join wechat.known_days k on k.app_id = f.app_id and f.day <= k.last_day
    group by 1, 2
), months as (
    -- Who may have left in a month: all who were known gone by its end and not before it, and whose end is still open at its end.
    select g.app_id, g.account, g.month, g.known_from, g.seen_until,
           lag(g.followers_at_least) over by_month as followers_before_at_least, lag(g.followers_at_most) over by_month as followers_before_at_most,
           coalesce(l.sure, 0)::bigint as left_at_least,
           (coalesce(l.latest, 0) + sum(coalesce(l.earliest, 0) - coalesce(l.latest, 0)) over by_month)::bigint as left_at_most
    from wechat.growth_by_month g
    left join leaves l using (app_id, month)
    window by_month as (partition by g.app_id order by g.month)
)
select m.app_id, m.account, m.month, m.known_from, m.seen_until, m.followers_before_at_least, m.followers_before_at_most, b.left_at_least, b.left_at_most,
       b.left_at_least::numeric / nullif(m.followers_before_at_most, 0) as rate_at_least, b.left_at_most::numeric / nullif(m.followers_before_at_least, 0) as rate_at_most
from months m
join wechat.known_days k using (app_id)
cross join lateral (
    select case when m.month > k.known_day then m.left_at_least end as left_at_least,
           case when m.month > k.known_day then m.left_at_most end as left_at_most) b;
comment on view wechat.churn is 'Leaves by month in Beijing, with both bounds; the running month up to seen_until.';
comment on column wechat.churn.app_id is 'Account.';
comment on column wechat.churn.account is 'Its name.';
comment on column wechat.churn.known_from is 'When the first complete run began. Who had followed and left before is not known: bounds and rates of the time before are null, and new counts only those who still followed then.';
comment on column wechat.churn.month is 'First day of the month.';
comment on column wechat.churn.seen_until is 'Until when the row is true: the end of the month, or of the last day that was over.';
comment on column wechat.churn.followers_before_at_least is 'People who surely followed when it began; null before known_from.';
comment on column wechat.churn.followers_before_at_most is 'People who may have followed when it began; null before known_from.';
comment on column wechat.churn.left_at_least is 'Leaves that surely happened in it; null for the months before known_from, and its own.';
comment on column wechat.churn.left_at_most is 'Leaves that may have happened in it, of people who were ever seen; null likewise.';
comment on column wechat.churn.rate_at_least is 'left_at_least as a share of followers_before_at_most.';
comment on column wechat.churn.rate_at_most is 'left_at_most as a share of followers_before_at_least.';
