-- What was: earlier versions of every follower's row, and earlier times a person followed.
--
-- Both tables hold only what is over. What is current stands in wechat.followers, and the views put the two together: so a first load writes
-- nobody twice, and a sync in which nothing changed writes nothing. Every statement that changes a follower writes here in the same statement
-- (no triggers: they cannot be had on distributed tables).

create table wechat.follower_versions (
    app_id           text collate "C" not null,
    openid           text collate "C" not null,
    valid_from       timestamptz not null,
    valid_to         timestamptz not null,
    subscribe        boolean not null,
    nickname         text,
    sex              smallint,
    language         text,
    city             text,
    province         text,
    country          text,
    headimgurl       text,
    subscribe_time   timestamptz,
    unionid          text collate "C",
    remark           text,
    groupid          int,
    tagid_list       int[],
    subscribe_scene  text,
    qr_scene         bigint,
    qr_scene_str     text,
    unfollowed_after  timestamptz,
    unfollowed_before timestamptz,
    unfollow_source  text,
    first_followed_at timestamptz,
    followed_after   timestamptz,
    followed_before  timestamptz,
    replaced         text[] not null,
    primary key (app_id, openid, valid_from)
);
comment on table wechat.follower_versions is 'Versions of followers'' rows that are over. Ask wechat.follower_history, which has the current ones too.';
comment on column wechat.follower_versions.app_id is 'Account the person follows.';
comment on column wechat.follower_versions.openid is 'The person.';
comment on column wechat.follower_versions.valid_from is 'When FollowerSync stored this version.';
comment on column wechat.follower_versions.valid_to is 'When the next version replaced it; this moment belongs to the next one.';
comment on column wechat.follower_versions.subscribe is 'Whether the person followed.';
comment on column wechat.follower_versions.nickname is 'As in wechat.followers.';
comment on column wechat.follower_versions.sex is 'As in wechat.followers.';
comment on column wechat.follower_versions.language is 'As in wechat.followers.';
comment on column wechat.follower_versions.city is 'As in wechat.followers.';
comment on column wechat.follower_versions.province is 'As in wechat.followers.';
comment on column wechat.follower_versions.country is 'As in wechat.followers.';
comment on column wechat.follower_versions.headimgurl is 'As in wechat.followers.';
comment on column wechat.follower_versions.subscribe_time is 'As in wechat.followers.';
comment on column wechat.follower_versions.unionid is 'As in wechat.followers.';
comment on column wechat.follower_versions.remark is 'As in wechat.followers.';
comment on column wechat.follower_versions.groupid is 'As in wechat.followers.';
comment on column wechat.follower_versions.tagid_list is 'As in wechat.followers.';
comment on column wechat.follower_versions.subscribe_scene is 'As in wechat.followers.';
comment on column wechat.follower_versions.qr_scene is 'As in wechat.followers.';
comment on column wechat.follower_versions.qr_scene_str is 'As in wechat.followers.';
comment on column wechat.follower_versions.unfollowed_after is 'As in wechat.followers.';
comment on column wechat.follower_versions.unfollowed_before is 'As in wechat.followers.';
comment on column wechat.follower_versions.unfollow_source is 'As in wechat.followers.';
comment on column wechat.follower_versions.first_followed_at is 'As in wechat.followers.';
comment on column wechat.follower_versions.followed_after is 'As in wechat.followers.';
comment on column wechat.follower_versions.followed_before is 'As in wechat.followers.';
comment on column wechat.follower_versions.replaced is 'Columns in which the next version differs.';
-- Versions come in the order of time: what was replaced on a day lies together.
create index follower_versions_valid on wechat.follower_versions using brin (valid_to, tstzrange(valid_from, valid_to));

create table wechat.past_episodes (
    app_id            text collate "C" not null,
    openid            text collate "C" not null,
    followed_at       timestamptz,
    followed_after    timestamptz,
    followed_before   timestamptz,
    unfollowed_after  timestamptz,
    unfollowed_before timestamptz not null,
    source            text not null check (source in ('listing', 'answer', 'event')),
    scene             text,
    qr_scene          bigint,
    qr_scene_str      text,
    is_return         boolean not null,
    followed_again_at timestamptz,
    ended_at          timestamptz not null,
    primary key (app_id, openid, ended_at)
);
comment on table wechat.past_episodes is 'Times a person followed that were followed by another. Ask wechat.follow_episodes, which has the newest of everybody too.';
comment on column wechat.past_episodes.app_id is 'Account the person followed.';
comment on column wechat.past_episodes.openid is 'The person.';
comment on column wechat.past_episodes.followed_at is 'When the person followed (WeChat''s subscribe_time); null = not known, or known within bounds.';
comment on column wechat.past_episodes.followed_after is 'Where followed_at is null: not yet followed at this time; null = not known.';
comment on column wechat.past_episodes.followed_before is 'Where followed_at is null: followed by this time; null = not known.';
comment on column wechat.past_episodes.unfollowed_after is 'The person still followed at this time; null = not known.';
comment on column wechat.past_episodes.unfollowed_before is 'The person was gone by this time.';
comment on column wechat.past_episodes.source is 'What showed it: listing, answer or event. For a person who left and came back between two looks: answer, the new subscribe_time.';
comment on column wechat.past_episodes.scene is 'How the person had found the account.';
comment on column wechat.past_episodes.qr_scene is 'Number of the QR code by which the person had come; 0 when it has a text.';
comment on column wechat.past_episodes.qr_scene_str is 'Text of the QR code by which the person had come.';
comment on column wechat.past_episodes.is_return is 'Whether the person had followed before.';
comment on column wechat.past_episodes.followed_again_at is 'When the person followed again, which began the next episode; null = WeChat did not tell.';
comment on column wechat.past_episodes.ended_at is 'When FollowerSync stored the return that closed the episode. What later messages tell of the time before it shares that moment, but for the microseconds that tell the rows apart.';

-- What changed, in the order of commits. A follower's row is written by transactions of any length, many at a time; each takes the ids of its changes by its
-- last statement, from one row that stays locked until the commit. So a reader who has seen an id never meets a lower one later.

create table wechat.changes (
    change_id       bigint not null,
    run_id          bigint,
    app_id          text collate "C" not null,
    openid          text collate "C" not null,
    kind            text not null check (kind in ('added', 'changed', 'unfollowed', 'returned', 'blacklisted', 'unblacklisted', 'erased', 'deleted')),
    changed_columns text[],
    at              timestamptz not null,
    primary key (change_id, openid)
);
comment on table wechat.changes is 'Every change of a row of wechat.followers, in the order in which the changes could be seen: for programs that keep a copy. Read what has a higher change_id than the last you have read, fetch those rows of wechat.followers, and drop rows that are deleted. Kept for 30 days, unless the settings say otherwise; wechat.change_bounds says from which change_id on nothing is missing.';
comment on column wechat.changes.change_id is 'Number of the change: later ones are higher, and none appears below one that could be read. Numbers may be missing.';
comment on column wechat.changes.run_id is 'Run that made it; null = none did, an operator was asked to forget somebody.';
comment on column wechat.changes.app_id is 'Account of the row.';
comment on column wechat.changes.openid is 'The person, or the hash that stands for somebody anonymised.';
comment on column wechat.changes.kind is 'added (a new row, also of somebody who was gone when first asked for), changed, unfollowed, returned (also unseen, by a later subscribe_time), blacklisted, unblacklisted, erased (personal fields emptied for good: empty them in copies too), deleted (the row is gone: forgotten, or moved to another openid, because the person was anonymised or is back; drop it from copies).';
comment on column wechat.changes.changed_columns is 'Columns that may have changed beside changed_at and answered_at; null where the whole row came or went.';
comment on column wechat.changes.at is 'When it was written, moments before it could be read.';

create table followersync.change_counter (
    one       bool primary key default true check (one),
    last_id   bigint not null,
    pruned_id bigint not null
) with (fillfactor = 10);
comment on table followersync.change_counter is 'The last number of wechat.changes: one row, locked by whoever writes changes until that is committed, which keeps numbers in the order of commits.';
comment on column followersync.change_counter.one is 'Always true: there is one row.';
comment on column followersync.change_counter.last_id is 'Number of the newest change.';
comment on column followersync.change_counter.pruned_id is 'Number up to which changes were deleted as old.';
insert into followersync.change_counter (last_id, pruned_id) values (0, 0);
