-- What was deleted, when and why; never whose it was.

create table followersync.deletions (
    deletion_id bigint generated always as identity primary key,
    app_id      text collate "C" not null,
    deleted_at  timestamptz not null,
    reason      text not null check (reason in ('forget', 'unfollowed', 'expired')),
    action      text not null check (action in ('deleted', 'anonymised')),
    people      int not null,
    rows        bigint not null
);
comment on table followersync.deletions is 'Deletions of people''s data, as proof that they happened. Holds nothing by which anybody could be told.';
comment on column followersync.deletions.deletion_id is 'Number of the deletion.';
comment on column followersync.deletions.app_id is 'Account.';
comment on column followersync.deletions.deleted_at is 'When.';
comment on column followersync.deletions.reason is 'forget (an operator was asked to), unfollowed (the time after unfollowing was over) or expired (a visitor who does not follow and has not come for long).';
comment on column followersync.deletions.action is 'deleted (all rows about them) or anonymised (personal columns emptied, keyed hashes in the place of openid and unionid).';
comment on column followersync.deletions.people is 'How many people.';
comment on column followersync.deletions.rows is 'How many rows of all tables.';

create table followersync.hash_key (
    one         bool primary key default true check (one),
    fingerprint text not null,
    known_since timestamptz not null
);
comment on table followersync.hash_key is 'By which key people were anonymised: at most one row. While the settings have another key, nobody is.';
comment on column followersync.hash_key.one is 'Always true: there is one row.';
comment on column followersync.hash_key.fingerprint is 'Keyed hash of a text that is always the same; tells keys apart and nothing about them.';
comment on column followersync.hash_key.known_since is 'When the key was first used.';

alter table wechat.followers add column anonymised_at timestamptz;
comment on column wechat.followers.anonymised_at is 'When the personal columns were emptied, some time after the person unfollowed. openid and unionid are then keyed hashes that begin with anon_. Null = the row is as WeChat gave it.';

-- Holds only those who are gone and not anonymised yet: that nobody is due is one look, and a first load writes nothing here.
create index followers_due on wechat.followers (app_id, unfollowed_before) where not subscribe and anonymised_at is null;
