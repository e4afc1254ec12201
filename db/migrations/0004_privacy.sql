-- What was deleted, when and why; never whose it was.

create table followersync.deletions (
    deletion_id bigint generated always as identity primary key,
    app_id      text collate "C" not null,
    deleted_at  timestamptz not null,
    reason      text not null check (reason in ('forget', 'unfollowed')),
    people      int not null,
    rows        bigint not null
);
comment on table followersync.deletions is 'Deletions of people''s data, as proof that they happened. Holds nothing by which anybody could be told.';
comment on column followersync.deletions.deletion_id is 'Number of the deletion.';
comment on column followersync.deletions.app_id is 'Account.';
comment on column followersync.deletions.deleted_at is 'When.';
comment on column followersync.deletions.reason is 'forget (an operator was asked to) or unfollowed (the time after unfollowing was over).';
comment on column followersync.deletions.people is 'How many people.';
comment on column followersync.deletions.rows is 'How many rows of all tables.';
