-- The analysts' schema (wechat) and the worker's own (followersync).
--
-- openid and app_id sort bytewise (collate "C"): the worker walks followers in this order and keeps its place in it, and
-- the order must not depend on the operating system's locale. No triggers and no foreign keys between big tables, and
-- openid is part of every unique key of a big table, so that the big tables can be distributed by openid later.

create schema if not exists wechat;
create schema if not exists followersync;
comment on schema wechat is 'Followers of WeChat Official Accounts, for analysts. Written by FollowerSync only.';
comment on schema followersync is 'Machinery of FollowerSync: tokens, listings, leases. Not for analysts.';
revoke all on schema followersync from public;

create schema if not exists quartz;
comment on schema quartz is 'The schedule that the nodes of a cluster share (Cluster:Enabled). Its tables are Quartz.NET''s, which creates them. Not for analysts.';
revoke all on schema quartz from public;

create table wechat.accounts (
    app_id  text collate "C" primary key,
    name    text not null,
    left_at timestamptz
);
comment on table wechat.accounts is 'The Official Accounts that are mirrored. One row an account.';
comment on column wechat.accounts.app_id is 'AppID of the account, from its WeChat console.';
comment on column wechat.accounts.name is 'Name given to the account in the settings.';
comment on column wechat.accounts.left_at is 'Since when the settings of no worker name it; null = they do. It is not synced any more, and its data stays.';

create table wechat.followers (
    app_id           text collate "C" not null,
    openid           text collate "C" not null,
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
    first_seen_at    timestamptz not null,
    changed_at       timestamptz not null,
    answered_at      timestamptz,
    unfollowed_after  timestamptz,
    unfollowed_before timestamptz,
    unfollow_source   text check (unfollow_source in ('listing', 'answer', 'event')),
    first_followed_at timestamptz,
    followed_after    timestamptz,
    followed_before   timestamptz,
    blacklisted       boolean not null default false,
    blacklisted_at    timestamptz,
    blacklist_changed_at timestamptz,
    profile_hash      bigint,
    -- Includes what the nightly plan reads of every follower, so that it walks this index and not thirty million rows in random order.
    primary key (app_id, openid) include (subscribe, changed_at, answered_at, profile_hash)
);
comment on table wechat.followers is 'Everybody who follows, or was seen following, an account: one row per account and person, with the profile WeChat last gave. A row is written only when something in it changed.';
comment on column wechat.followers.app_id is 'Account the person follows.';
comment on column wechat.followers.openid is 'WeChat''s identifier of the person for this account. Case-sensitive.';
comment on column wechat.followers.subscribe is 'Whether the person follows. Turns false only when WeChat says so twice: in an answer about the person, and by a complete list without the person, a second, single answer, or a signed message that the person left.';
comment on column wechat.followers.nickname is 'Nickname; WeChat answers it empty since 2021-12-27. Null = never known.';
comment on column wechat.followers.sex is '1 male, 2 female, 0 unknown; always 0 since 2021.';
comment on column wechat.followers.language is 'Language of the person''s WeChat, for instance zh_CN.';
comment on column wechat.followers.city is 'City; empty since 2021. Null = not given.';
comment on column wechat.followers.province is 'Province; empty since 2021. Null = not given.';
comment on column wechat.followers.country is 'Country; empty since 2021. Null = not given.';
comment on column wechat.followers.headimgurl is 'Address of the picture; empty since 2021-12-27. Null = never known, or no picture.';
comment on column wechat.followers.subscribe_time is 'When the person followed; after a return, the latest time.';
comment on column wechat.followers.unionid is 'Identifier of the person across accounts of one Open Platform account. Null = the account is not bound to one.';
comment on column wechat.followers.remark is 'Note an operator wrote about the person.';
comment on column wechat.followers.groupid is 'Legacy group of the person.';
comment on column wechat.followers.tagid_list is 'Tags of the person, as WeChat orders them.';
comment on column wechat.followers.subscribe_scene is 'How the person found the account: ADD_SCENE_SEARCH, ADD_SCENE_QR_CODE, …';
comment on column wechat.followers.qr_scene is 'Number of the QR code the person scanned, 0 to 4294967295.';
comment on column wechat.followers.qr_scene_str is 'Text of the QR code the person scanned.';
comment on column wechat.followers.first_seen_at is 'When FollowerSync first stored the person.';
comment on column wechat.followers.changed_at is 'When FollowerSync last changed the row (blacklisted and anonymised_at apart, which have times of their own).';
comment on column wechat.followers.answered_at is 'When the answer was asked for that the row was last written from: the person followed then. An answer that changes nothing is not written: wechat.confirmed_followers has its time. Null = no answer was written.';
comment on column wechat.followers.unfollowed_after is 'The person was still known to follow at this time; null while following.';
comment on column wechat.followers.unfollowed_before is 'The person was known to be gone at this time; null while following. The true moment lies between the two; they are equal when a message told the second.';
comment on column wechat.followers.unfollow_source is 'What showed when the person left: listing (a complete list without the person), answer (WeChat, asked about the person alone) or event (a signed message of WeChat); null while following.';
comment on column wechat.followers.first_followed_at is 'When a person who came back had first followed, as far as known; null = the person never left.';
comment on column wechat.followers.followed_after is 'Where subscribe_time does not tell when the person followed: not yet at this time. Null = not known, or subscribe_time tells.';
comment on column wechat.followers.followed_before is 'Where subscribe_time does not tell when the person followed, because WeChat gave none, or one from before the person was gone: the person followed by this time. Null = subscribe_time tells.';
comment on column wechat.followers.blacklisted is 'Whether the account has put the person on its blacklist, as of the last time the list was read. Changing it is no version of the row.';
comment on column wechat.followers.blacklisted_at is 'When FollowerSync first found the person on the blacklist; null = not on it.';
comment on column wechat.followers.blacklist_changed_at is 'When FollowerSync last found that the person had been put on the blacklist or taken off it; null = never.';
comment on column wechat.followers.profile_hash is 'Of no use to analysts: a hash of the answer the row was last written from, by which FollowerSync sees without comparing columns that nothing changed. Null = compare.';

-- Has all that wechat.people tells of a person, in the order of the persons.
create index followers_unionid on wechat.followers (unionid, app_id) include (subscribe, subscribe_time, first_followed_at, changed_at) where unionid is not null;

create index followers_blacklisted on wechat.followers (app_id) where blacklisted;

create table wechat.scenes (
    scene text collate "C" primary key,
    zh    text not null,
    en    text not null
);
comment on table wechat.scenes is 'Names of the ways to find an account: of followers.subscribe_scene, and of scene elsewhere. One row a value that WeChat documents, and one for unknown.';
comment on column wechat.scenes.scene is 'ADD_SCENE_SEARCH, …, as WeChat writes it; unknown = not told.';
comment on column wechat.scenes.zh is 'Its name in Chinese, as in WeChat''s documentation.';
comment on column wechat.scenes.en is 'Its name in English.';
-- WeChat's older documentation spells one of them with a blank.
insert into wechat.scenes (scene, zh, en) values
    ('ADD_SCENE_SEARCH', '公众号搜索', 'Search'),
    ('ADD_SCENE_ACCOUNT_MIGRATION', '公众号迁移', 'Migration of an account'),
    ('ADD_SCENE_PROFILE_CARD', '名片分享', 'Card that was shared'),
    ('ADD_SCENE_QR_CODE', '扫描二维码', 'QR code'),
    ('ADD_SCENE_PROFILE_LINK', '图文页内名称点击', 'Name of the account in an article'),
    ('ADD_SCENEPROFILE LINK', '图文页内名称点击', 'Name of the account in an article'),
    ('ADD_SCENE_PROFILE_ITEM', '图文页右上角菜单', 'Menu of an article'),
    ('ADD_SCENE_PAID', '支付后关注', 'After a payment'),
    ('ADD_SCENE_WECHAT_ADVERTISEMENT', '微信广告', 'WeChat advertisement'),
    ('ADD_SCENE_REPRINT', '他人转载', 'Article reprinted by others'),
    ('ADD_SCENE_LIVESTREAM', '视频号直播', 'Live stream of Channels'),
    ('ADD_SCENE_CHANNELS', '视频号', 'Channels'),
    ('ADD_SCENE_WXA', '小程序关注', 'Mini program'),
    ('ADD_SCENE_OTHERS', '其他', 'Others'),
    ('unknown', '未知', 'Not told');

create table wechat.groups (
    app_id        text collate "C" not null,
    groupid       int not null,
    name          text not null,
    count         bigint,
    first_seen_at timestamptz not null,
    read_at       timestamptz not null,
    ended_at      timestamptz,
    primary key (app_id, groupid)
);
comment on table wechat.groups is 'Legacy groups of every account (groups/get): the names of followers.groupid. Deleted ones stay, with ended_at.';
comment on column wechat.groups.app_id is 'Account.';
comment on column wechat.groups.groupid is 'Number of the group, as in followers.groupid.';
comment on column wechat.groups.name is 'Its name.';
comment on column wechat.groups.count is 'People WeChat said were in it when it was last read; null = not told.';
comment on column wechat.groups.first_seen_at is 'When FollowerSync first read it.';
comment on column wechat.groups.read_at is 'When FollowerSync last read it.';
comment on column wechat.groups.ended_at is 'When it was found deleted; null = it exists.';

create table wechat.tags (
    app_id        text collate "C" not null,
    tag_id        int not null,
    name          text not null,
    count         bigint,
    first_seen_at timestamptz not null,
    read_at       timestamptz not null,
    ended_at      timestamptz,
    list_read_at  timestamptz,
    primary key (app_id, tag_id)
);
comment on table wechat.tags is 'Tags of every account (tags/get): the names of followers.tagid_list. Deleted ones stay, with ended_at.';
comment on column wechat.tags.app_id is 'Account.';
comment on column wechat.tags.tag_id is 'Number of the tag, as in followers.tagid_list.';
comment on column wechat.tags.name is 'Its name.';
comment on column wechat.tags.count is 'People WeChat said had it when it was last read; null = not told.';
comment on column wechat.tags.first_seen_at is 'When FollowerSync first read it.';
comment on column wechat.tags.read_at is 'When FollowerSync last read it.';
comment on column wechat.tags.ended_at is 'When it was found deleted; null = it exists.';
comment on column wechat.tags.list_read_at is 'When the list of everybody who has it was last read whole: followers.tagid_list is as new as that, or as the persons profile when that is newer; null = never.';

create table wechat.datacube_days (
    app_id        text collate "C" not null,
    ref_date      date not null,
    new_user      bigint,
    cancel_user   bigint,
    cumulate_user bigint,
    read_at       timestamptz not null,
    corrected_at  timestamptz,
    first_new_user      bigint,
    first_cancel_user   bigint,
    first_cumulate_user bigint,
    primary key (app_id, ref_date)
);
comment on table wechat.datacube_days is 'WeChat''s own books (datacube/getusersummary and getusercumulate), one row an account and day. The days of a week are read again every day, for WeChat corrects its books. wechat.daily_totals sets them beside what FollowerSync knows.';
comment on column wechat.datacube_days.app_id is 'Account.';
comment on column wechat.datacube_days.ref_date is 'Day in Beijing.';
comment on column wechat.datacube_days.new_user is 'People who followed on the day, however they found the account; null = WeChat gave no row for the day.';
comment on column wechat.datacube_days.cancel_user is 'People who left on the day; null = WeChat gave no row for the day.';
comment on column wechat.datacube_days.cumulate_user is 'Followers at the end of the day; null = WeChat gave no row for the day.';
comment on column wechat.datacube_days.read_at is 'When FollowerSync first read the day as it stands.';
comment on column wechat.datacube_days.corrected_at is 'When FollowerSync last read other numbers than before; null = they never changed.';
comment on column wechat.datacube_days.first_new_user is 'new_user as first read, before WeChat corrected the day; null = never corrected.';
comment on column wechat.datacube_days.first_cancel_user is 'cancel_user as first read, before WeChat corrected the day; null = never corrected.';
comment on column wechat.datacube_days.first_cumulate_user is 'cumulate_user as first read, before WeChat corrected the day; null = never corrected.';

create table wechat.sync_runs (
    run_id          bigint generated always as identity primary key,
    app_id          text collate "C" not null,
    trigger         text not null check (trigger in ('schedule', 'manual', 'start', 'event')),
    status          text not null check (status in ('running', 'succeeded', 'partial', 'held', 'failed', 'cancelled', 'abandoned')),
    started_at      timestamptz not null,
    finished_at     timestamptz,
    wechat_total    bigint,
    listed          bigint not null default 0,
    added           bigint not null default 0,
    changed         bigint not null default 0,
    unchanged       bigint not null default 0,
    unsubscribed    bigint not null default 0,
    rejected        bigint not null default 0,
    api_calls       bigint not null default 0,
    retries         bigint not null default 0,
    token_refreshes bigint not null default 0,
    waited          interval not null default '0',
    listing_took    interval,
    confirming_took interval,
    refreshing_took interval,
    closing_took    interval,
    error           text,
    error_en        text,
    listing_id      bigint,
    note            text,
    note_en         text,
    approved_at     timestamptz,
    retry_at        timestamptz,
    rejected_at     timestamptz,
    complete_as_of  timestamptz,
    node            text,
    check ((status = 'running') = (finished_at is null)),
    check (complete_as_of is null or (status = 'succeeded' and trigger <> 'event'))
);
comment on table wechat.sync_runs is 'What every run did. One row a run, with exactly one final status. Runs of trigger event ask only about people who arrived; they go after a day when they succeeded, else after thirty.';
comment on column wechat.sync_runs.run_id is 'Number of the run.';
comment on column wechat.sync_runs.app_id is 'Account the run was for.';
comment on column wechat.sync_runs.trigger is 'What started it: schedule, manual (a person), start (of the worker) or event (somebody arrived).';
comment on column wechat.sync_runs.status is 'running; or final: succeeded, partial (what is stored is right, but not all of it), held (waits for approval), failed, cancelled, abandoned (its process died).';
comment on column wechat.sync_runs.started_at is 'When it started.';
comment on column wechat.sync_runs.finished_at is 'When it ended; null while running.';
comment on column wechat.sync_runs.wechat_total is 'Followers WeChat said the account has; null when no page was read.';
comment on column wechat.sync_runs.listed is 'Different openids in the list.';
comment on column wechat.sync_runs.added is 'Followers stored for the first time.';
comment on column wechat.sync_runs.changed is 'Known followers whose row changed, those marked as gone not counted.';
comment on column wechat.sync_runs.unchanged is 'Known followers asked for whose row stayed as it was.';
comment on column wechat.sync_runs.unsubscribed is 'Followers marked as gone.';
comment on column wechat.sync_runs.rejected is 'Openids that WeChat refused or did not answer in this run; see followersync.rejected_openids.';
comment on column wechat.sync_runs.api_calls is 'Calls made to WeChat, repeated ones and those for tokens included.';
comment on column wechat.sync_runs.retries is 'Calls that were repeats of a failed one.';
comment on column wechat.sync_runs.token_refreshes is 'Access tokens fetched by the run.';
comment on column wechat.sync_runs.waited is 'Time spent waiting before repeats and for limits, summed over calls side by side.';
comment on column wechat.sync_runs.listing_took is 'How long the list was read, and who is new was asked for; null = the run did not get there.';
comment on column wechat.sync_runs.confirming_took is 'How long those were asked for who are missing from the list; null = the run did not get there.';
comment on column wechat.sync_runs.refreshing_took is 'How long the known ones were asked for; null = the run did not get there.';
comment on column wechat.sync_runs.closing_took is 'How long the marking of who has gone took; null = the run did not get there.';
comment on column wechat.sync_runs.error is 'Why the run did not succeed and what to do, in the language of Analysts:Language; null when it did.';
comment on column wechat.sync_runs.error_en is 'The same in English; null = error is English.';
comment on column wechat.sync_runs.note is 'What to know about the run beside its status, in the language of Analysts:Language; null = nothing.';
comment on column wechat.sync_runs.note_en is 'The same in English; null = note is English.';
comment on column wechat.sync_runs.listing_id is 'The list (round) the run worked on; runs that continued one round share it.';
comment on column wechat.sync_runs.approved_at is 'When a person released what the run held; null = nothing was released.';
comment on column wechat.sync_runs.retry_at is 'When the worker was to try again by itself, since the run failed for a passing reason; null = at the next time of the schedule.';
comment on column wechat.sync_runs.rejected_at is 'When a person rejected what the run held, so that nothing of it was stored; null = nothing was rejected.';
comment on column wechat.sync_runs.complete_as_of is 'Until when what the run and those before it in its round stored is complete: when the first page of the list was asked for. Null = not complete.';
comment on column wechat.sync_runs.node is 'Node (process) that ran it.';
create index sync_runs_app_id on wechat.sync_runs (app_id, run_id);
create index sync_runs_full on wechat.sync_runs (app_id, started_at) where trigger <> 'event';
create index sync_runs_complete on wechat.sync_runs (app_id, run_id) where complete_as_of is not null;
create index sync_runs_held on wechat.sync_runs (app_id, run_id) where status = 'held';
create index sync_runs_event on wechat.sync_runs (app_id, started_at) where trigger = 'event';

create table followersync.leases (
    app_id     text collate "C" primary key,
    fence      bigint not null,
    node       text not null default '',
    host       text not null,
    process    text not null,
    expires_at timestamptz not null,
    brief      boolean not null default false,
    wanted_at  timestamptz
);
comment on table followersync.leases is 'Who may write an account''s followers: the run that holds the highest fence. Every writing transaction checks its fence last.';
comment on column followersync.leases.fence is 'Rises with every new holder; a writer with a lower one is refused.';
comment on column followersync.leases.node is 'Node of the holder, for people.';
comment on column followersync.leases.host is 'Machine of the holder.';
comment on column followersync.leases.process is 'Process of the holder: its id and start time.';
comment on column followersync.leases.expires_at is 'The lease may be taken by another after this time; the holder renews it while it lives.';
comment on column followersync.leases.brief is 'Whether the holder is a run of arrivals, which ends within seconds; other runs wait for it.';
comment on column followersync.leases.wanted_at is 'When a run last said that it waits for the holder''s end; null = none waits.';
comment on column followersync.leases.app_id is 'Account the lease is for.';

create table followersync.access_tokens (
    app_id       text collate "C" not null,
    source       text not null,
    access_token text,
    obtained_at  timestamptz,
    expires_at   timestamptz,
    replaced_at  timestamptz,
    generation   bigint not null default 0,
    primary key (app_id, source)
);
comment on table followersync.access_tokens is 'The current access token of every account and source, shared by all processes. Secret.';
comment on column followersync.access_tokens.app_id is 'Account of the token.';
comment on column followersync.access_tokens.source is 'Service that issued it: Stable, Classic, External or Redis (another program''s key).';
comment on column followersync.access_tokens.access_token is 'The token; null when none is known to work.';
comment on column followersync.access_tokens.obtained_at is 'When it was fetched.';
comment on column followersync.access_tokens.expires_at is 'When it ends, by WeChat''s expires_in.';
comment on column followersync.access_tokens.replaced_at is 'When a token that had stopped working before its end was last replaced; such replacements are at least Token:ReplaceInterval apart.';
comment on column followersync.access_tokens.generation is 'Grows with every token kept that is another one or lives longer, whatever the clock does: microseconds since 1970, or one more than before. By it a cache tells a newer token from a late one.';

create table followersync.token_mirrors (
    app_id        text collate "C" not null,
    mirror        text not null,
    generation    bigint,
    written_at    timestamptz,
    failing_since timestamptz,
    reason        text[],
    primary key (app_id, mirror)
);
comment on table followersync.token_mirrors is 'How the caches stand that tokens are written to for other programs (Token:Mirrors).';
comment on column followersync.token_mirrors.app_id is 'Account of the token.';
comment on column followersync.token_mirrors.mirror is 'Kind, host and format of the mirror, as status shows it.';
comment on column followersync.token_mirrors.generation is 'Generation of the token written last, as in followersync.access_tokens; null = none was.';
comment on column followersync.token_mirrors.written_at is 'When that was.';
comment on column followersync.token_mirrors.failing_since is 'Since when it cannot be written; null = it can.';
comment on column followersync.token_mirrors.reason is 'Why not, and what to do: in English, in Chinese.';

create table followersync.listings (
    listing_id       bigint generated always as identity primary key,
    app_id           text collate "C" not null,
    status           text not null check (status in ('open', 'complete', 'incomplete', 'held', 'done', 'dropped')),
    started_at       timestamptz not null,
    listed_at        timestamptz,
    pages            int not null default 0,
    next_openid      text collate "C",
    previous_openid  text collate "C",
    lowest_total     bigint,
    highest_total    bigint,
    listed           bigint not null default 0,
    asked_through    text collate "C" not null default '',
    slice            bigint,
    paused_at        timestamptz,
    reason           text[],
    difference       bigint,
    lasting          boolean not null default false,
    unlisted         bigint not null default 0,
    page_times       timestamptz[] not null default '{}',
    held             jsonb
);
comment on table followersync.listings is 'One row per walk through an account''s follower list, and the round of profile calls that goes with it.';
comment on column followersync.listings.listing_id is 'Number of the listing.';
comment on column followersync.listings.app_id is 'Account listed.';
comment on column followersync.listings.status is 'open (being read), complete (read, and may witness that somebody is gone), incomplete (ended early; reason says why), held (its round is finished but for what the brake holds), done (its round is finished), dropped (given up for a newer one).';
comment on column followersync.listings.started_at is 'When the first page was asked for.';
comment on column followersync.listings.listed_at is 'When the last page was stored.';
comment on column followersync.listings.pages is 'Pages stored.';
comment on column followersync.listings.next_openid is 'Cursor for the next page.';
comment on column followersync.listings.previous_openid is 'Openid before the cursor in its page, to step back to when WeChat refuses the cursor.';
comment on column followersync.listings.lowest_total is 'Lowest number of followers WeChat named while the list was read.';
comment on column followersync.listings.highest_total is 'Highest number of followers WeChat named while the list was read.';
comment on column followersync.listings.listed is 'Openids stored; different ones once the list is read.';
comment on column followersync.listings.asked_through is 'Known followers up to this openid (bytewise) have been asked for in this round.';
comment on column followersync.listings.slice is 'Known followers that the newest run of the round set out to ask for, where profiles rotate (Sync:ProfileRefresh); null = all of them.';
comment on column followersync.listings.paused_at is 'When the round was paused because the day''s calls were used up; a later day''s run goes on with it.';
comment on column followersync.listings.reason is 'Why the listing is incomplete: in English, in Chinese.';
comment on column followersync.listings.difference is 'How many more followers WeChat named than the list holds (negative: fewer); null while the list is not read to its end.';
comment on column followersync.listings.lasting is 'Whether the lists before it differed alike, so that it counts as complete all the same; to be missing from it is then no witness that somebody is gone.';
comment on column followersync.listings.unlisted is 'Of a lasting difference: people whom the list lacks and whom WeChat, asked about them, answers as following.';
comment on column followersync.listings.page_times is 'When each page was answered, in their order: who is on it followed then.';
comment on column followersync.listings.held is 'Where the mass-change brake held people at the end of the round: how many of all who were held then had what in common (by_scene, by_month, by_tag); null = nothing was held.';
create index listings_app_id on followersync.listings (app_id, listing_id);

create table followersync.unfollow_candidates (
    app_id      text collate "C" not null,
    openid      text collate "C" not null,
    listing_id  bigint not null,
    witness     text not null check (witness in ('listing', 'single')),
    answered_at timestamptz,
    held_since  timestamptz,
    missing_since timestamptz,
    gone_by     timestamptz,
    first_missing_since timestamptz,
    first_gone_by timestamptz,
    primary key (app_id, openid)
);
comment on table followersync.unfollow_candidates is 'Followers who seem to be gone, until both witnesses have spoken and the round marks them, or WeChat answers that they follow.';
comment on column followersync.unfollow_candidates.app_id is 'Account of the follower.';
comment on column followersync.unfollow_candidates.openid is 'The follower.';
comment on column followersync.unfollow_candidates.listing_id is 'Round in which the follower seemed to be gone; of several, the newest.';
comment on column followersync.unfollow_candidates.witness is 'First witness: listing (a complete list lacks the person) or single (a single user/info answered subscribe 0).';
comment on column followersync.unfollow_candidates.answered_at is 'When WeChat last answered subscribe 0 for the person; null = not asked yet.';
comment on column followersync.unfollow_candidates.held_since is 'Since when the mass-change brake holds it, over all rounds until somebody approves or rejects; null = not held.';
comment on column followersync.unfollow_candidates.missing_since is 'Start of the first complete list that lacked the follower, with none since that named the person: before it the person may have left, whoever follows now. Kept over all rounds, until WeChat answers since when the person follows. Null = the newest list names the person.';
comment on column followersync.unfollow_candidates.gone_by is 'When WeChat first answered subscribe 0 for the person, with neither list nor answer since that the person follows. Kept over all rounds; null = not answered yet, or rejected.';
comment on column followersync.unfollow_candidates.first_missing_since is 'missing_since before a list named the person again: nobody knows yet whether the person had left and come back. Null = no list has.';
comment on column followersync.unfollow_candidates.first_gone_by is 'gone_by before a list named the person again, or an answer said that the person follows; null = none has.';

create table followersync.held_identities (
    app_id     text collate "C" not null,
    openid     text collate "C" not null,
    run_id     bigint not null,
    unionid    text collate "C" not null,
    held_at    timestamptz not null,
    primary key (app_id, openid)
);
comment on table followersync.held_identities is 'Changed unionids that the mass-change brake holds, over all rounds until somebody approves or rejects.';
comment on column followersync.held_identities.app_id is 'Account of the follower.';
comment on column followersync.held_identities.openid is 'The follower.';
comment on column followersync.held_identities.run_id is 'Run that first met the change.';
comment on column followersync.held_identities.unionid is 'Unionid WeChat answered, not stored.';
comment on column followersync.held_identities.held_at is 'Since when it is held.';

create table wechat.identity_conflicts (
    app_id           text collate "C" not null,
    openid           text collate "C" not null,
    stored_unionid   text collate "C",
    answered_unionid text collate "C",
    single_unionid   text collate "C",
    other_openid     text collate "C",
    first_seen_at    timestamptz not null,
    last_seen_at     timestamptz not null,
    run_id           bigint not null,
    primary key (app_id, openid)
);
comment on table wechat.identity_conflicts is 'Followers about whose unionid WeChat contradicted itself. The stored value was kept.';
comment on column wechat.identity_conflicts.app_id is 'Account of the follower.';
comment on column wechat.identity_conflicts.openid is 'The follower.';
comment on column wechat.identity_conflicts.stored_unionid is 'Unionid that was stored, and stays; null = none.';
comment on column wechat.identity_conflicts.answered_unionid is 'Unionid the answer for many gave.';
comment on column wechat.identity_conflicts.single_unionid is 'Unionid the single answer gave.';
comment on column wechat.identity_conflicts.other_openid is 'Follower of the same account with the same unionid; null = the conflict is about this one alone.';
comment on column wechat.identity_conflicts.first_seen_at is 'When the conflict was first met.';
comment on column wechat.identity_conflicts.last_seen_at is 'When it was last met.';
comment on column wechat.identity_conflicts.run_id is 'Run that last met it.';

create table followersync.api_stops (
    app_id     text collate "C" not null,
    api        text not null,
    stopped_at timestamptz not null,
    until      timestamptz not null,
    reason     text[] not null,
    secret     text,
    host       text not null default '',
    primary key (app_id, api, host)
);
comment on table followersync.api_stops is 'APIs that are left alone for an account for a while: the day''s quota is spent, or a person must mend something.';
comment on column followersync.api_stops.app_id is 'Account.';
comment on column followersync.api_stops.api is 'Path of the API; * = all of the account''s.';
comment on column followersync.api_stops.stopped_at is 'When it was stopped.';
comment on column followersync.api_stops.until is 'Not called by the schedule before this time; a person''s sync tries once.';
comment on column followersync.api_stops.reason is 'What WeChat said, and the remedy: in English, in Chinese.';
comment on column followersync.api_stops.host is 'Machine that it holds for: WeChat refuses its address (40164). Empty = all.';
comment on column followersync.api_stops.secret is 'First letters of a hash of the secret that was refused: with another secret the stop is over. Null = not about a secret.';

create table followersync.token_replacements (
    replacement_id bigint generated always as identity primary key,
    app_id         text collate "C" not null,
    replaced_at    timestamptz not null,
    errcode        int not null
);
comment on table followersync.token_replacements is 'Tokens that stopped working before their end; many in a short time mean that another program fetches tokens for the account.';
comment on column followersync.token_replacements.replacement_id is 'Number of the replacement. Every logged table has a key: without one, a publication for all tables lets nobody delete from it.';
comment on column followersync.token_replacements.app_id is 'Account.';
comment on column followersync.token_replacements.replaced_at is 'When the token was replaced.';
comment on column followersync.token_replacements.errcode is 'WeChat''s code: 40001, 40014 or 42001.';
create index token_replacements_app_id on followersync.token_replacements (app_id, replaced_at);

create table followersync.rotations (
    app_id        text collate "C" primary key,
    asked_through text collate "C" not null default '',
    rotated_at    timestamptz not null
);
comment on table followersync.rotations is 'How far the rotating refresh of known profiles has come, per account.';
comment on column followersync.rotations.app_id is 'Account.';
comment on column followersync.rotations.asked_through is 'Openid up to which (bytewise) the present turn has asked.';
comment on column followersync.rotations.rotated_at is 'When the last run finished its slice; the next slice is the share of the turn that has passed since.';

create table followersync.confirmations (
    app_id       text collate "C" not null,
    last_openid  text collate "C" not null,
    confirmed_at timestamptz not null,
    primary key (app_id, last_openid)
);
comment on table followersync.confirmations is 'When WeChat last confirmed the followers of a range of openids, from the row before up to this one: one row for thousands of people.';
comment on column followersync.confirmations.app_id is 'Account.';
comment on column followersync.confirmations.last_openid is 'Last openid of the range, bytewise.';
comment on column followersync.confirmations.confirmed_at is 'When the range was last asked for.';

create table followersync.rejected_openids (
    app_id            text collate "C" not null,
    openid            text collate "C" not null,
    errcode           int,
    errmsg            text,
    rid               text,
    first_rejected_at timestamptz not null,
    last_rejected_at  timestamptz not null,
    attempts          int not null,
    next_attempt_at   timestamptz not null,
    primary key (app_id, openid)
);
comment on table followersync.rejected_openids is 'Listed openids that WeChat refused or did not answer, with the cause. A row goes when the openid is answered well, or 40 days after it was last refused when it is listed no more.';
comment on column followersync.rejected_openids.app_id is 'Account that listed the openid.';
comment on column followersync.rejected_openids.openid is 'The openid; of something listed that cannot be one, its beginning, … and # with a hash.';
comment on column followersync.rejected_openids.errcode is 'WeChat''s error code; null = left out of the answer, or in none that can be read.';
comment on column followersync.rejected_openids.errmsg is 'WeChat''s words, as far as they can be nobody''s name and no secret.';
comment on column followersync.rejected_openids.rid is 'WeChat''s request id, valid for seven days in openapi/rid/get.';
comment on column followersync.rejected_openids.first_rejected_at is 'When it was first refused.';
comment on column followersync.rejected_openids.last_rejected_at is 'When it was last refused.';
comment on column followersync.rejected_openids.attempts is 'How often it was refused.';
comment on column followersync.rejected_openids.next_attempt_at is 'Not asked again before this time; the delay doubles, from 20 hours to 27 days, or from 10 minutes to 5 hours for who was not refused but left out of answers. infinity = cannot be an openid, and is never asked for.';

create table followersync.account_readings (
    app_id  text collate "C" not null,
    what    text not null check (what in ('groups', 'tags', 'tag_lists', 'blacklist', 'datacube')),
    read_at timestamptz,
    next_at timestamptz not null,
    why     text[],
    first_day date,
    primary key (app_id, what)
);
comment on table followersync.account_readings is 'What is read of an account once a day beside its followers, and why it could not be.';
comment on column followersync.account_readings.app_id is 'Account.';
comment on column followersync.account_readings.what is 'groups, tags, tag_lists (who has which tag), blacklist or datacube.';
comment on column followersync.account_readings.read_at is 'When it was last read; null = never.';
comment on column followersync.account_readings.next_at is 'The schedule does not read it again before this time.';
comment on column followersync.account_readings.why is 'Why it could not be read the last time: in English, in Chinese; null = it was.';
comment on column followersync.account_readings.first_day is 'Of datacube: the first day that was ever asked for. Null = none was, or it is about something that has no days.';

create table followersync.api_usage (
    app_id text collate "C" not null,
    api    text not null,
    day    date not null,
    calls  bigint not null,
    daily_limit bigint,
    others      bigint,
    told_at     timestamptz,
    primary key (app_id, api, day),
    check ((daily_limit is null) = (told_at is null) and (others is null) = (told_at is null))
);
comment on table followersync.api_usage is 'Calls made, per account, API and Beijing day, and what WeChat said of the API that day.';
comment on column followersync.api_usage.app_id is 'Account the calls were for.';
comment on column followersync.api_usage.api is 'Path of the API.';
comment on column followersync.api_usage.day is 'Day in Beijing; WeChat''s daily limits are counted by it.';
comment on column followersync.api_usage.calls is 'Calls, failed ones included.';
comment on column followersync.api_usage.daily_limit is 'WeChat''s limit of calls a day; null = it was not asked that day, or does not tell.';
comment on column followersync.api_usage.others is 'Calls that other systems had made by told_at; null as daily_limit.';
comment on column followersync.api_usage.told_at is 'When WeChat said so; null as daily_limit.';
-- The overview asks for the day of every account, and for the limit that it was told last; nothing of the ledger is ever deleted.
create index api_usage_day on followersync.api_usage (day, app_id);
create index api_usage_told on followersync.api_usage (app_id, api, day) where daily_limit is not null;

create table followersync.nodes (
    host           text not null,
    process        text not null,
    node           text not null,
    cluster        text,
    version        text not null,
    fingerprint    text not null,
    egress_address text,
    started_at     timestamptz not null,
    last_seen      timestamptz not null,
    silence        interval not null,
    next_run_at    timestamptz,
    stopped_at     timestamptz,
    primary key (host, process)
);
comment on table followersync.nodes is 'The processes of followersync run: every one writes its row several times a minute. A row that was not written for a week goes.';
comment on column followersync.nodes.host is 'Machine: its name, its boot and its process namespace.';
comment on column followersync.nodes.process is 'Process: its id and start time.';
comment on column followersync.nodes.node is 'Name of the node: Cluster:Node, else the variable POD_NAME, else machine and process.';
comment on column followersync.nodes.cluster is 'Cluster whose schedule it shares (Cluster:Name); null = it keeps its schedule to itself.';
comment on column followersync.nodes.version is 'Version of the program.';
comment on column followersync.nodes.fingerprint is 'A hash of each section of its settings, without secrets: nodes of a cluster should have the same.';
comment on column followersync.nodes.egress_address is 'Address from which WeChat sees it call, as told by error 40164 (address not on the whitelist); null = never told.';
comment on column followersync.nodes.started_at is 'When it first wrote its row.';
comment on column followersync.nodes.last_seen is 'When it last wrote its row: long ago means that it is dead, or does not reach the database.';
comment on column followersync.nodes.silence is 'After how long without a new last_seen it counts as dead.';
comment on column followersync.nodes.next_run_at is 'When its schedule starts the next run; null = never again.';
comment on column followersync.nodes.stopped_at is 'When it was stopped in good order; null = it runs, or died.';
