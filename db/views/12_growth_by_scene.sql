create view wechat.growth_by_scene as
select s.app_id, k.account, date_trunc('month', s.day::timestamp)::date as month, max(k.known_from) as known_from,
       least((date_trunc('month', s.day::timestamp) + interval '1 month'), (k.last_day + 1)::timestamp) at time zone interval '8 hours' as seen_until,
       s.scene, max(coalesce(z.zh, s.scene)) as scene_zh, max(coalesce(z.en, s.scene)) as scene_en,
       sum(s.new)::bigint as new, case when date_trunc('month', s.day::timestamp)::date > k.known_day then sum(s.leaves_latest)::bigint end as gone
from wechat.daily_scenes s
join wechat.known_days k on k.app_id = s.app_id and s.day <= k.last_day
left join wechat.scenes z on z.scene = s.scene
group by 1, 2, 3, 5, 6, k.known_day, date_trunc('month', s.day::timestamp);
comment on view wechat.growth_by_scene is 'New and lost follows by how people found the account, by month in Beijing. Leaving counts in the month by whose end the person is known to be gone.';
comment on column wechat.growth_by_scene.app_id is 'Account.';
comment on column wechat.growth_by_scene.account is 'Its name.';
comment on column wechat.growth_by_scene.known_from is 'When the first complete run began. Who had followed and left before is not known: bounds and rates of the time before are null, and new counts only those who still followed then.';
comment on column wechat.growth_by_scene.month is 'First day of the month.';
comment on column wechat.growth_by_scene.seen_until is 'Until when the row is true: the end of the month, or of the last day that was over.';
comment on column wechat.growth_by_scene.scene is 'How they found the account; unknown = not told.';
comment on column wechat.growth_by_scene.scene_zh is 'Its name in Chinese; the value itself where wechat.scenes has none.';
comment on column wechat.growth_by_scene.scene_en is 'Its name in English; the value itself where wechat.scenes has none.';
comment on column wechat.growth_by_scene.new is 'Follows that began in it, at least: see wechat.daily_totals.';
comment on column wechat.growth_by_scene.gone is 'Follows known to have ended by its end; null for the months before known_from, and its own.';
