-- What happens between two lists: pushes of WeChat, visitors by web authorisation, openids of an old system.
--
-- The inbox takes anything at any time, without a lease; a run that holds the account's lease drains it and asks WeChat about everybody in it.

create table followersync.arrivals (
    app_id      text collate "C" not null,
    fingerprint bytea not null,
    arrival_id  bigint generated always as identity,
    openid      text collate "C" not null,
    kind        text not null,
    event_key   text,
    happened_at timestamptz not null,
    received_at timestamptz not null,
    source      text not null check (source in ('push', 'oauth', 'import')),
    trusted     boolean not null,
    state       text not null default 'waiting' check (state in ('waiting', 'done', 'refused')),
    attempts    int not null default 0,
    not_before  timestamptz,
    primary key (app_id, fingerprint)
);
comment on table followersync.arrivals is 'The inbox: people to ask WeChat about, and why. Filled without a lease, drained by the account''s runs. What is done stays for a day, so that WeChat''s repeats are known as such.';
comment on column followersync.arrivals.app_id is 'Account the person arrived at.';
comment on column followersync.arrivals.fingerprint is 'SHA-256 of what arrived; the same message comes again with the same one.';
comment on column followersync.arrivals.arrival_id is 'Number of the arrival, in the order of receiving.';
comment on column followersync.arrivals.openid is 'The person; empty for an event that names none.';
comment on column followersync.arrivals.kind is 'Event of WeChat in lower case (subscribe, unsubscribe, scan, user_info_modified, …), visit (web authorisation) or import.';
comment on column followersync.arrivals.event_key is 'What the event says besides: the scene of a QR code, what a person revoked, the source of an import.';
comment on column followersync.arrivals.happened_at is 'When it happened, by WeChat''s clock, in whole seconds; of what has no time of its own, when it was received.';
comment on column followersync.arrivals.received_at is 'When it was stored here.';
comment on column followersync.arrivals.source is 'push, oauth or import.';
comment on column followersync.arrivals.trusted is 'Whether WeChat''s signature covers the whole message (safe mode). Of what is not trusted only the openid is used, to ask about.';
comment on column followersync.arrivals.state is 'waiting, done, or refused (WeChat refuses the openid; see followersync.rejected_openids).';
comment on column followersync.arrivals.attempts is 'How often asking about it failed.';
comment on column followersync.arrivals.not_before is 'Not asked about before this time; null = at once.';
create index arrivals_waiting on followersync.arrivals (app_id, (source = 'import'), arrival_id) where state = 'waiting';
create index arrivals_person on followersync.arrivals (app_id, openid, arrival_id);
create index arrivals_received on followersync.arrivals (received_at) where state <> 'waiting';

create table followersync.oauth_nonces (
    nonce    bytea primary key,
    spent_at timestamptz not null
);
comment on table followersync.oauth_nonces is 'States of web authorisation that have been used: none is taken twice, on whichever machine the visitor comes back.';
comment on column followersync.oauth_nonces.nonce is 'Nonce of the state.';
comment on column followersync.oauth_nonces.spent_at is 'When it was used. A row goes after an hour; the state itself expires sooner.';
create index oauth_nonces_spent_at on followersync.oauth_nonces (spent_at);

create table wechat.visitors (
    app_id        text collate "C" not null,
    openid        text collate "C" not null,
    unionid       text collate "C",
    nickname      text,
    first_seen_at timestamptz not null,
    last_seen_at  timestamptz not null,
    visits        bigint not null,
    subscribed    boolean,
    changed_at    timestamptz not null default now(),
    primary key (app_id, openid)
);
comment on table wechat.visitors is 'People who came by web authorisation, whether they follow or not: one row an account and person.';
comment on column wechat.visitors.app_id is 'Account by which they came.';
comment on column wechat.visitors.openid is 'The person, as in wechat.followers.';
comment on column wechat.visitors.unionid is 'Identifier of the person across accounts; null = WeChat did not tell.';
comment on column wechat.visitors.nickname is 'Nickname, which the person agreed to give (snsapi_userinfo); null = not asked, or not given.';
comment on column wechat.visitors.first_seen_at is 'First visit.';
comment on column wechat.visitors.last_seen_at is 'Last visit.';
comment on column wechat.visitors.visits is 'How many visits.';
comment on column wechat.visitors.subscribed is 'Whether the person followed when WeChat was last asked because of a visit; null = not asked yet. Who follows stands in wechat.followers, which says how it is now.';
comment on column wechat.visitors.changed_at is 'When FollowerSync last changed the row.';
create index visitors_unionid on wechat.visitors (unionid) where unionid is not null;

create table wechat.scans (
    app_id        text collate "C" not null,
    openid        text collate "C" not null,
    scanned_at    timestamptz not null,
    qr_scene      bigint,
    qr_scene_str  text,
    was_following boolean not null,
    fingerprint   bytea not null,
    stored_at     timestamptz not null default now(),
    primary key (app_id, openid, fingerprint)
);
comment on table wechat.scans is 'Every scan of a QR code of the account that WeChat told of in a signed message.';
comment on column wechat.scans.app_id is 'Account.';
comment on column wechat.scans.openid is 'Who scanned.';
comment on column wechat.scans.scanned_at is 'When, by WeChat''s clock, in whole seconds.';
comment on column wechat.scans.qr_scene is 'Number of the QR code; null = it has a text, or the message named none.';
comment on column wechat.scans.qr_scene_str is 'Text of the QR code; null = it has a number, or the message named none.';
comment on column wechat.scans.was_following is 'Whether the person followed before the scan; false = the scan made the person follow.';
comment on column wechat.scans.fingerprint is 'Of no use to analysts: tells two scans of the same second apart.';
comment on column wechat.scans.stored_at is 'When FollowerSync stored it.';
create index scans_scanned_at on wechat.scans using brin (scanned_at);

create table wechat.openid_changes (
    from_app_id text collate "C" not null,
    old_openid  text collate "C" not null,
    to_app_id   text collate "C" not null,
    new_openid  text collate "C",
    why         text,
    asked_at    timestamptz not null,
    primary key (from_app_id, old_openid, to_app_id)
);
comment on table wechat.openid_changes is 'Openids of an account that was migrated to another one, and what they are there.';
comment on column wechat.openid_changes.from_app_id is 'Account migrated from.';
comment on column wechat.openid_changes.old_openid is 'The person there.';
comment on column wechat.openid_changes.to_app_id is 'Account migrated to.';
comment on column wechat.openid_changes.new_openid is 'The same person here; null = WeChat named none, why says why.';
comment on column wechat.openid_changes.why is 'What WeChat said instead of a new openid; null = it gave one.';
comment on column wechat.openid_changes.asked_at is 'When WeChat was asked.';
create index openid_changes_old on wechat.openid_changes (old_openid);
create index openid_changes_new on wechat.openid_changes (new_openid) where new_openid is not null;
