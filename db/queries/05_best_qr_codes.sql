-- Which QR codes bring most people who still follow?
-- 哪些二维码带来的、现在仍在关注的人最多？
select app_id, coalesce(qr_scene_str, qr_scene::text) as qr_code, brought, following, round(100.0 * following / brought, 1) as percent_stayed
from wechat.growth_by_qr_scene
order by following desc, brought desc, app_id, qr_code
limit 20;
