create view wechat.retention as
select app_id, account, cohort, known_from, seen_until, sum(follows)::bigint as follows,
       sum(due_1)::bigint as due_1, sum(kept_1_at_least)::bigint as kept_1_at_least, sum(kept_1_at_most)::bigint as kept_1_at_most,
       sum(due_3)::bigint as due_3, sum(kept_3_at_least)::bigint as kept_3_at_least, sum(kept_3_at_most)::bigint as kept_3_at_most,
       sum(due_7)::bigint as due_7, sum(kept_7_at_least)::bigint as kept_7_at_least, sum(kept_7_at_most)::bigint as kept_7_at_most,
       sum(due_30)::bigint as due_30, sum(kept_30_at_least)::bigint as kept_30_at_least, sum(kept_30_at_most)::bigint as kept_30_at_most,
       sum(due_90)::bigint as due_90, sum(kept_90_at_least)::bigint as kept_90_at_least, sum(kept_90_at_most)::bigint as kept_90_at_most,
       sum(due_180)::bigint as due_180, sum(kept_180_at_least)::bigint as kept_180_at_least, sum(kept_180_at_most)::bigint as kept_180_at_most
from wechat.retention_by_scene
group by 1, 2, 3, 4, 5;
comment on view wechat.retention is 'How many of the follows that began in a month lasted 1, 3, 7, 30, 90 and 180 days. Bounds are of follows that began after the day of known_from: of earlier ones only the survivors are known.';
comment on column wechat.retention.app_id is 'Account.';
comment on column wechat.retention.account is 'Its name.';
comment on column wechat.retention.known_from is 'When the first complete run began. Who had followed and left before is not known: bounds and rates of the time before are null, and new counts only those who still followed then.';
comment on column wechat.retention.seen_until is 'Until when leaves are counted: the end of the last day that was over.';
comment on column wechat.retention.cohort is 'First day of the month in which they began, in Beijing.';
comment on column wechat.retention.follows is 'Follows that began in it; somebody who followed twice counts twice.';
comment on column wechat.retention.due_1 is 'Those of them, after the day of known_from, of days that had ended 1 day before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention.kept_1_at_least is 'Of these, surely still following 1 day later.';
comment on column wechat.retention.kept_1_at_most is 'Of these, possibly still following 1 day later.';
comment on column wechat.retention.due_3 is 'Those of them, after the day of known_from, of days that had ended 3 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention.kept_3_at_least is 'Of these, surely still following 3 days later.';
comment on column wechat.retention.kept_3_at_most is 'Of these, possibly still following 3 days later.';
comment on column wechat.retention.due_7 is 'Those of them, after the day of known_from, of days that had ended 7 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention.kept_7_at_least is 'Of these, surely still following 7 days later.';
comment on column wechat.retention.kept_7_at_most is 'Of these, possibly still following 7 days later.';
comment on column wechat.retention.due_30 is 'Those of them, after the day of known_from, of days that had ended 30 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention.kept_30_at_least is 'Of these, surely still following 30 days later.';
comment on column wechat.retention.kept_30_at_most is 'Of these, possibly still following 30 days later.';
comment on column wechat.retention.due_90 is 'Those of them, after the day of known_from, of days that had ended 90 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention.kept_90_at_least is 'Of these, surely still following 90 days later.';
comment on column wechat.retention.kept_90_at_most is 'Of these, possibly still following 90 days later.';
comment on column wechat.retention.due_180 is 'Those of them, after the day of known_from, of days that had ended 180 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention.kept_180_at_least is 'Of these, surely still following 180 days later.';
comment on column wechat.retention.kept_180_at_most is 'Of these, possibly still following 180 days later.';
