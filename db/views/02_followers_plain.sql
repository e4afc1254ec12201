create view wechat.followers_plain as
select app_id, openid, subscribe, subscribe_time, unionid, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, first_seen_at, changed_at, answered_at,
       unfollowed_after, unfollowed_before, unfollow_source, first_followed_at, followed_after, followed_before, blacklisted, blacklisted_at,
       blacklist_changed_at, anonymised_at
from wechat.followers;
comment on view wechat.followers_plain is 'wechat.followers without the personal columns: all of it may be read by every analyst (select *).';
comment on column wechat.followers_plain.app_id is 'Account the person follows.';
comment on column wechat.followers_plain.openid is 'WeChat''s identifier of the person for this account. Case-sensitive.';
comment on column wechat.followers_plain.subscribe is 'Whether the person follows. Turns false only when WeChat says so twice: in an answer about the person, and by a complete list without the person, a second, single answer, or a signed message that the person left.';
comment on column wechat.followers_plain.subscribe_time is 'When the person followed; after a return, the latest time.';
comment on column wechat.followers_plain.unionid is 'Identifier of the person across accounts of one Open Platform account. Null = the account is not bound to one.';
comment on column wechat.followers_plain.groupid is 'Legacy group of the person.';
comment on column wechat.followers_plain.tagid_list is 'Tags of the person, as WeChat orders them.';
comment on column wechat.followers_plain.subscribe_scene is 'How the person found the account: ADD_SCENE_SEARCH, ADD_SCENE_QR_CODE, …';
comment on column wechat.followers_plain.qr_scene is 'Number of the QR code the person scanned, 0 to 4294967295.';
comment on column wechat.followers_plain.qr_scene_str is 'Text of the QR code the person scanned.';
comment on column wechat.followers_plain.first_seen_at is 'When FollowerSync first stored the person.';
comment on column wechat.followers_plain.changed_at is 'When FollowerSync last changed the row (blacklisted and anonymised_at apart, which have times of their own).';
comment on column wechat.followers_plain.answered_at is 'When the answer was asked for that the row was last written from: the person followed then. An answer that changes nothing is not written: wechat.confirmed_followers has its time. Null = no answer was written.';
comment on column wechat.followers_plain.unfollowed_after is 'The person was still known to follow at this time; null while following.';
comment on column wechat.followers_plain.unfollowed_before is 'The person was known to be gone at this time; null while following. The true moment lies between the two; they are equal when a message told the second.';
comment on column wechat.followers_plain.unfollow_source is 'What showed when the person left: listing (a complete list without the person), answer (WeChat, asked about the person alone) or event (a signed message of WeChat); null while following.';
comment on column wechat.followers_plain.first_followed_at is 'When a person who came back had first followed, as far as known; null = the person never left.';
comment on column wechat.followers_plain.followed_after is 'Where subscribe_time does not tell when the person followed: not yet at this time. Null = not known, or subscribe_time tells.';
comment on column wechat.followers_plain.followed_before is 'Where subscribe_time does not tell when the person followed, because WeChat gave none, or one from before the person was gone: the person followed by this time. Null = subscribe_time tells.';
comment on column wechat.followers_plain.blacklisted is 'Whether the account has put the person on its blacklist, as of the last time the list was read. Changing it is no version of the row.';
comment on column wechat.followers_plain.blacklisted_at is 'When FollowerSync first found the person on the blacklist; null = not on it.';
comment on column wechat.followers_plain.blacklist_changed_at is 'When FollowerSync last found that the person had been put on the blacklist or taken off it; null = never.';
comment on column wechat.followers_plain.anonymised_at is 'When the personal columns were emptied, some time after the person unfollowed. openid and unionid are then keyed hashes that begin with anon_. Null = the row is as WeChat gave it.';
