create view wechat.scans_plain as
select app_id, openid, scanned_at, qr_scene, qr_scene_str, was_following, stored_at
from wechat.scans;
comment on view wechat.scans_plain is 'wechat.scans without its technical column: all of it may be read by every analyst (select *).';
comment on column wechat.scans_plain.app_id is 'Account.';
comment on column wechat.scans_plain.openid is 'Who scanned.';
comment on column wechat.scans_plain.scanned_at is 'When, by WeChat''s clock, in whole seconds.';
comment on column wechat.scans_plain.qr_scene is 'Number of the QR code; null = it has a text, or the message named none.';
comment on column wechat.scans_plain.qr_scene_str is 'Text of the QR code; null = it has a number, or the message named none.';
comment on column wechat.scans_plain.was_following is 'Whether the person followed before the scan; false = the scan made the person follow.';
comment on column wechat.scans_plain.stored_at is 'When FollowerSync stored it.';
