create view wechat.growth_by_qr_scene as
select q.app_id, k.account, q.qr_scene, nullif(q.qr_scene_str, '') as qr_scene_str, k.known_from, k.complete_as_of as seen_until, sum(q.people)::bigint as brought, sum(q.following)::bigint as following
from wechat.daily_qr_codes q
join wechat.known_days k using (app_id)
group by 1, 2, 3, 4, 5, 6
having sum(q.people) <> 0;
comment on view wechat.growth_by_qr_scene is 'What every QR code brought: people by the code of their newest follow, as of the newest complete run. Of the time before known_from only those are known who still followed then.';
comment on column wechat.growth_by_qr_scene.app_id is 'Account.';
comment on column wechat.growth_by_qr_scene.account is 'Its name.';
comment on column wechat.growth_by_qr_scene.qr_scene is 'Number of the code; 0 when it has a text.';
comment on column wechat.growth_by_qr_scene.qr_scene_str is 'Text of the code; null when it has a number.';
comment on column wechat.growth_by_qr_scene.known_from is 'When the first complete run began. Who had followed and left before is not known.';
comment on column wechat.growth_by_qr_scene.seen_until is 'When the newest complete run looked.';
comment on column wechat.growth_by_qr_scene.brought is 'People whose newest follow was through it.';
comment on column wechat.growth_by_qr_scene.following is 'Those who still follow.';
