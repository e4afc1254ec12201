-- How do people find us, and which ways bring people who stay?
-- 粉丝从哪些渠道来？哪些渠道来的人留得住？
select account, subscribe_scene as scene, scene_zh, scene_en, count(*) as people, count(*) filter (where subscribe) as still_following,
       round(100.0 * count(*) filter (where subscribe) / count(*), 1) as percent_stayed
from wechat.audience
group by app_id, account, subscribe_scene, scene_zh, scene_en
order by people desc, app_id, subscribe_scene;
