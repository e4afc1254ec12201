create view wechat.daily_accounts as
select s.app_id, max(a.name) as account, s.day, s.correction, sum(s.new)::bigint as new, sum(s.returned)::bigint as returned, sum(s.follows_earliest)::bigint as follows_earliest,
       sum(s.follows_latest)::bigint as follows_latest, sum(s.leaves_earliest)::bigint as leaves_earliest, sum(s.leaves_latest)::bigint as leaves_latest,
       sum(s.leaves_sure)::bigint as leaves_sure, sum(s.leaves_in_month)::bigint as leaves_in_month
from wechat.daily_scenes s
left join wechat.accounts a on a.app_id = s.app_id
group by s.app_id, s.day, s.correction;
comment on view wechat.daily_accounts is 'wechat.daily_scenes summed up by account and day: what was said of the day, and what was corrected later.';
comment on column wechat.daily_accounts.app_id is 'Account.';
comment on column wechat.daily_accounts.account is 'Its name.';
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
