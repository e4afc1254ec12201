-- How often was each QR code scanned by day this month, and how many of the scans made somebody follow?
-- 本月每个二维码每天被扫描多少次，其中多少次带来了关注？
select app_id, (scanned_at at time zone 'Asia/Shanghai')::date as day, coalesce(qr_scene_str, qr_scene::text) as qr_code, count(*) as scans,
       count(distinct openid) as people, count(*) filter (where not was_following) as follows
from wechat.scans
where scanned_at >= date_trunc('month', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'
group by app_id, day, qr_code
order by app_id, day, scans desc, qr_code;
