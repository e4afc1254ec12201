-- What was deleted, when and why; never whose it was.

create table followersync.deletions (
    deletion_id bigint generated always as identity primary key,
    app_id      text collate "C" not null,
    deleted_at  timestamptz not null,
    reason      text not null check (reason in ('forget', 'unfollowed', 'event', 'expired')),
    action      text not null check (action in ('deleted', 'anonymised', 'emptied')),
    people      int not null,
    rows        bigint not null
);
comment on table followersync.deletions is 'Deletions of people''s data, as proof that they happened. Holds nothing by which anybody could be told.';
comment on column followersync.deletions.deletion_id is 'Number of the deletion.';
comment on column followersync.deletions.app_id is 'Account.';
comment on column followersync.deletions.deleted_at is 'When.';
comment on column followersync.deletions.reason is 'forget (an operator was asked to), unfollowed (the time after unfollowing was over), expired (a visitor who does not follow and has not come for long) or event (WeChat told in a signed message that the person took something back, or deleted the WeChat account).';
comment on column followersync.deletions.action is 'deleted (all rows about them) or anonymised (personal columns emptied, keyed hashes in the place of openid and unionid) or emptied (the personal columns that WeChat named).';
comment on column followersync.deletions.people is 'How many people; of deleted ones those with a row in wechat.followers, of expired ones visitors.';
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

create table followersync.anonymous_unionids (
    pseudonym text collate "C" primary key,
    unionid   text collate "C" not null
);
comment on table followersync.anonymous_unionids is 'People who are anonymised in one account and known in another, so that wechat.people does not tell them as lost. The price: whoever reads this table, or wechat.people, learns that a person who is known in one account followed another one before, and when; nothing else that was erased. A row goes when the last account that knows the person anonymises or forgets the person, or the person is anonymous in none. Not for analysts.';
comment on column followersync.anonymous_unionids.pseudonym is 'What stands in the place of the unionid where the person is anonymised.';
comment on column followersync.anonymous_unionids.unionid is 'Unionid by which another account knows the person.';
create index anonymous_unionids_unionid on followersync.anonymous_unionids (unionid);

alter table wechat.followers add column anonymised_at timestamptz;
comment on column wechat.followers.anonymised_at is 'When the personal columns were emptied, some time after the person unfollowed. openid and unionid are then keyed hashes that begin with anon_. Null = the row is as WeChat gave it.';

-- Holds only those who are gone and not anonymised yet: that nobody is due is one look, and a first load writes nothing here.
create index followers_due on wechat.followers (app_id, unfollowed_before) where not subscribe and anonymised_at is null;
