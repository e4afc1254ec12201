create view wechat.growth_by_week as
with ends as (
    select app_id, account, date_trunc('week', day)::date as week, max(known_from) as known_from, max(seen_until) as seen_until,
           (array_agg(followers_at_least order by day desc))[1] as followers_at_least,
           (array_agg(followers_at_most order by day desc))[1] as followers_at_most, sum(new)::bigint as new, sum(returned)::bigint as returned
    from wechat.daily_totals
    group by 1, 2, 3
)
select app_id, account, week, known_from, seen_until, followers_at_least, followers_at_most, new, returned,
       followers_at_least - lag(followers_at_most) over by_time as net_at_least,
       followers_at_most - lag(followers_at_least) over by_time as net_at_most
from ends
window by_time as (partition by app_id order by week);
comment on view wechat.growth_by_week is 'wechat.daily_totals by week. The running week is told up to seen_until.';
comment on column wechat.growth_by_week.app_id is 'Account.';
comment on column wechat.growth_by_week.account is 'Its name.';
comment on column wechat.growth_by_week.known_from is 'When the first complete run began. Who had followed and left before is not known: bounds and rates of the time before are null, and new counts only those who still followed then.';
comment on column wechat.growth_by_week.week is 'First day of the week.';
comment on column wechat.growth_by_week.seen_until is 'Until when the row is true: the end of the week, or of the last day that was over.';
comment on column wechat.growth_by_week.followers_at_least is 'People who surely followed at seen_until; null before known_from.';
comment on column wechat.growth_by_week.followers_at_most is 'People who may have followed at seen_until; null before known_from.';
comment on column wechat.growth_by_week.new is 'Follows that began in it, at least: see wechat.daily_totals.';
comment on column wechat.growth_by_week.returned is 'Those of them by people who had followed before.';
comment on column wechat.growth_by_week.net_at_least is 'Least growth: from the most that may have followed before to the least at seen_until; null where one of them is not known.';
comment on column wechat.growth_by_week.net_at_most is 'Most growth: from the least that may have followed before to the most at seen_until; null where one of them is not known.';
