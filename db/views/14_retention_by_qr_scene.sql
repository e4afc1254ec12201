create view wechat.retention_by_qr_scene as
select f.app_id, k.account, m.cohort, k.known_from, (k.last_day + 1)::timestamp at time zone interval '8 hours' as seen_until, f.qr_scene, nullif(f.qr_scene_str, '') as qr_scene_str, sum(f.new)::bigint as follows,
       case when m.is_known then coalesce(sum(f.new) filter (where f.day > k.known_day and f.day + 1 <= k.last_day), 0)::bigint end as due_1,
       case when m.is_known then coalesce(sum(f.new - f.lost_1_at_most) filter (where f.day > k.known_day and f.day + 1 <= k.last_day), 0)::bigint end as kept_1_at_least,
       case when m.is_known then coalesce(sum(f.new - f.lost_1_at_least) filter (where f.day > k.known_day and f.day + 1 <= k.last_day), 0)::bigint end as kept_1_at_most,
       case when m.is_known then coalesce(sum(f.new) filter (where f.day > k.known_day and f.day + 3 <= k.last_day), 0)::bigint end as due_3,
       case when m.is_known then coalesce(sum(f.new - f.lost_3_at_most) filter (where f.day > k.known_day and f.day + 3 <= k.last_day), 0)::bigint end as kept_3_at_least,
       case when m.is_known then coalesce(sum(f.new - f.lost_3_at_least) filter (where f.day > k.known_day and f.day + 3 <= k.last_day), 0)::bigint end as kept_3_at_most,
       case when m.is_known then coalesce(sum(f.new) filter (where f.day > k.known_day and f.day + 7 <= k.last_day), 0)::bigint end as due_7,
       case when m.is_known then coalesce(sum(f.new - f.lost_7_at_most) filter (where f.day > k.known_day and f.day + 7 <= k.last_day), 0)::bigint end as kept_7_at_least,
       case when m.is_known then coalesce(sum(f.new - f.lost_7_at_least) filter (where f.day > k.known_day and f.day + 7 <= k.last_day), 0)::bigint end as kept_7_at_most,
       case when m.is_known then coalesce(sum(f.new) filter (where f.day > k.known_day and f.day + 30 <= k.last_day), 0)::bigint end as due_30,
       case when m.is_known then coalesce(sum(f.new - f.lost_30_at_most) filter (where f.day > k.known_day and f.day + 30 <= k.last_day), 0)::bigint end as kept_30_at_least,
       case when m.is_known then coalesce(sum(f.new - f.lost_30_at_least) filter (where f.day > k.known_day and f.day + 30 <= k.last_day), 0)::bigint end as kept_30_at_most,
       case when m.is_known then coalesce(sum(f.new) filter (where f.day > k.known_day and f.day + 90 <= k.last_day), 0)::bigint end as due_90,
       case when m.is_known then coalesce(sum(f.new - f.lost_90_at_most) filter (where f.day > k.known_day and f.day + 90 <= k.last_day), 0)::bigint end as kept_90_at_least,
       case when m.is_known then coalesce(sum(f.new - f.lost_90_at_least) filter (where f.day > k.known_day and f.day + 90 <= k.last_day), 0)::bigint end as kept_90_at_most,
       case when m.is_known then coalesce(sum(f.new) filter (where f.day > k.known_day and f.day + 180 <= k.last_day), 0)::bigint end as due_180,
       case when m.is_known then coalesce(sum(f.new - f.lost_180_at_most) filter (where f.day > k.known_day and f.day + 180 <= k.last_day), 0)::bigint end as kept_180_at_least,
       case when m.is_known then coalesce(sum(f.new - f.lost_180_at_least) filter (where f.day > k.known_day and f.day + 180 <= k.last_day), 0)::bigint end as kept_180_at_most
from (
    select app_id, day, qr_scene, qr_scene_str, new, lost_1_at_least, lost_1_at_most, lost_3_at_least, lost_3_at_most, lost_7_at_least, lost_7_at_most, lost_30_at_least, lost_30_at_most, lost_90_at_least, lost_90_at_most, lost_180_at_least, lost_180_at_most
    from wechat.daily_qr_codes
    union all
    select app_id, followed_day, coalesce(qr_scene, 0), coalesce(qr_scene_str, ''), 0, 0, (days_at_least < 1)::int, 0, (days_at_least < 3)::int, 0, (days_at_least < 7)::int, 0, (days_at_least < 30)::int, 0, (days_at_least < 90)::int, 0, (days_at_least < 180)::int
    from wechat.doubtful_followers where followed_day is not null and (qr_scene <> 0 or qr_scene_str <> '')) f
join wechat.known_days k on k.app_id = f.app_id and f.day <= k.last_day
cross join lateral (
    select date_trunc('month', f.day::timestamp)::date as cohort, date_trunc('month', f.day::timestamp) + interval '1 month' > (k.known_day + 1)::timestamp as is_known) m
group by 1, 2, 3, 4, 5, 6, 7, m.is_known
having sum(f.new) <> 0;
comment on view wechat.retention_by_qr_scene is 'wechat.retention by QR code. Bounds are of follows that began after the day of known_from: of earlier ones only the survivors are known.';
comment on column wechat.retention_by_qr_scene.app_id is 'Account.';
comment on column wechat.retention_by_qr_scene.account is 'Its name.';
comment on column wechat.retention_by_qr_scene.known_from is 'When the first complete run began. Who had followed and left before is not known: bounds and rates of the time before are null, and new counts only those who still followed then.';
comment on column wechat.retention_by_qr_scene.seen_until is 'Until when leaves are counted: the end of the last day that was over.';
comment on column wechat.retention_by_qr_scene.cohort is 'First day of the month in which they began, in Beijing.';
comment on column wechat.retention_by_qr_scene.qr_scene is 'Number of the code; 0 when it has a text.';
comment on column wechat.retention_by_qr_scene.qr_scene_str is 'Text of the code; null when it has a number.';
comment on column wechat.retention_by_qr_scene.follows is 'Follows that began in it; somebody who followed twice counts twice.';
comment on column wechat.retention_by_qr_scene.due_1 is 'Those of them, after the day of known_from, of days that had ended 1 day before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention_by_qr_scene.kept_1_at_least is 'Of these, surely still following 1 day later.';
comment on column wechat.retention_by_qr_scene.kept_1_at_most is 'Of these, possibly still following 1 day later.';
comment on column wechat.retention_by_qr_scene.due_3 is 'Those of them, after the day of known_from, of days that had ended 3 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention_by_qr_scene.kept_3_at_least is 'Of these, surely still following 3 days later.';
comment on column wechat.retention_by_qr_scene.kept_3_at_most is 'Of these, possibly still following 3 days later.';
comment on column wechat.retention_by_qr_scene.due_7 is 'Those of them, after the day of known_from, of days that had ended 7 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention_by_qr_scene.kept_7_at_least is 'Of these, surely still following 7 days later.';
comment on column wechat.retention_by_qr_scene.kept_7_at_most is 'Of these, possibly still following 7 days later.';
comment on column wechat.retention_by_qr_scene.due_30 is 'Those of them, after the day of known_from, of days that had ended 30 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention_by_qr_scene.kept_30_at_least is 'Of these, surely still following 30 days later.';
comment on column wechat.retention_by_qr_scene.kept_30_at_most is 'Of these, possibly still following 30 days later.';
comment on column wechat.retention_by_qr_scene.due_90 is 'Those of them, after the day of known_from, of days that had ended 90 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention_by_qr_scene.kept_90_at_least is 'Of these, surely still following 90 days later.';
comment on column wechat.retention_by_qr_scene.kept_90_at_most is 'Of these, possibly still following 90 days later.';
comment on column wechat.retention_by_qr_scene.due_180 is 'Those of them, after the day of known_from, of days that had ended 180 days before the last day that was over, or longer; null = the month is before known_from.';
comment on column wechat.retention_by_qr_scene.kept_180_at_least is 'Of these, surely still following 180 days later.';
comment on column wechat.retention_by_qr_scene.kept_180_at_most is 'Of these, possibly still following 180 days later.';
