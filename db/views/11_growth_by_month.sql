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
