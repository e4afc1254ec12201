create view wechat.churn as
with months as (
    select app_id, date_trunc('month', day)::date as month, sum(leaves_in_month) as leaves_sure
    from wechat.daily_accounts
    join wechat.known_days k using (app_id)
    where day <= k.last_day
    group by 1, 2
), days as (
    select app_id, account, date_trunc('month', day)::date as month, day, known_from, seen_until,
           lag(followers_at_least) over by_day as before_at_least, lag(followers_at_most) over by_day as before_at_most
    from wechat.daily_totals
    window by_day as (partition by app_id order by day)
), leaves as (
    -- Who may have left in the month: all who were known gone by then and not before it, and whose end is still open at its end.
    select d.app_id, d.month, sum(coalesce(f.leaves_latest, 0)) as latest, sum(coalesce(f.leaves_earliest, 0)) as earliest
    from days d
    left join (select app_id, day, sum(leaves_latest) as leaves_latest, sum(leaves_earliest) as leaves_earliest from wechat.daily_accounts group by 1, 2) f using (app_id, day)
    group by 1, 2
), open_ends as (
    select app_id, month, latest, sum(earliest - latest) over (partition by app_id order by month) as still_open
    from leaves
), firsts as (
    select distinct on (app_id, month) app_id, account, month, known_from, before_at_least, before_at_most
    from days
    order by app_id, month, day
), lasts as (
    select app_id, month, max(seen_until) as seen_until from days group by 1, 2
)
select f.app_id, f.account, f.month, f.known_from, l.seen_until, f.before_at_least as followers_before_at_least, f.before_at_most as followers_before_at_most,
       b.left_at_least, b.left_at_most,
       b.left_at_least::numeric / nullif(f.before_at_most, 0) as rate_at_least, b.left_at_most::numeric / nullif(f.before_at_least, 0) as rate_at_most
from firsts f
join lasts l using (app_id, month)
join open_ends o using (app_id, month)
join wechat.known_days k using (app_id)
left join months m using (app_id, month)
cross join lateral (
    select case when f.month > k.known_day then coalesce(m.leaves_sure, 0)::bigint end as left_at_least,
           case when f.month > k.known_day then (o.latest + o.still_open)::bigint end as left_at_most) b;
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
