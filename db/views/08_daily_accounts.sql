create view wechat.daily_accounts as
select app_id, day, correction, sum(new)::bigint as new, sum(returned)::bigint as returned, sum(follows_earliest)::bigint as follows_earliest,
       sum(follows_latest)::bigint as follows_latest, sum(leaves_earliest)::bigint as leaves_earliest, sum(leaves_latest)::bigint as leaves_latest,
       sum(leaves_sure)::bigint as leaves_sure, sum(leaves_in_month)::bigint as leaves_in_month
from wechat.daily_scenes
group by app_id, day, correction;
comment on view wechat.daily_accounts is 'wechat.daily_scenes summed up by account and day: what was said of the day, and what was corrected later.';
comment on column wechat.daily_accounts.app_id is 'Account.';
comment on column wechat.daily_accounts.day is 'Day in Beijing.';
comment on column wechat.daily_accounts.correction is 'False: what the first complete run after the day said. True: what later runs added or took back.';
comment on column wechat.daily_accounts.new is 'Follows that surely began on the day.';
comment on column wechat.daily_accounts.returned is 'Those of them by people who had followed before.';
comment on column wechat.daily_accounts.follows_earliest is 'Follows that began on the day at the earliest.';
comment on column wechat.daily_accounts.follows_latest is 'Follows that began on the day at the latest.';
comment on column wechat.daily_accounts.leaves_earliest is 'Follows that ended on the day at the earliest.';
comment on column wechat.daily_accounts.leaves_latest is 'Follows that ended on the day at the latest.';
comment on column wechat.daily_accounts.leaves_sure is 'Follows that surely ended on the day.';
comment on column wechat.daily_accounts.leaves_in_month is 'Of leaves_latest: those that surely ended in the month of the day.';
