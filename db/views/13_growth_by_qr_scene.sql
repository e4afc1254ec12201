create view wechat.growth_by_qr_scene as
select app_id, qr_scene, qr_scene_str, count(*) as brought, count(*) filter (where subscribe) as following
from wechat.audience
where qr_scene <> 0 or qr_scene_str is not null
group by 1, 2, 3;
comment on view wechat.growth_by_qr_scene is 'What every QR code brought: people by the code of their newest follow.';
comment on column wechat.growth_by_qr_scene.app_id is 'Account.';
comment on column wechat.growth_by_qr_scene.qr_scene is 'Number of the code; 0 when it has a text.';
comment on column wechat.growth_by_qr_scene.qr_scene_str is 'Text of the code; null when it has a number.';
comment on column wechat.growth_by_qr_scene.brought is 'People whose newest follow was through it.';
comment on column wechat.growth_by_qr_scene.following is 'Those who still follow.';
