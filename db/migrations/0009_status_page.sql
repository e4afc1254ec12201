-- The status page: what people did on it, which accounts they paused, and the key of its forms. Kept here, so that all workers of a database know the same.
create table followersync.page_actions (
    action_id bigint generated always as identity primary key,
    action    text not null check (action in ('sync', 'approve', 'reject', 'pause', 'resume')),
    app_id    text collate "C" not null,
    run_id    bigint,
    actor     text not null,
    address   text not null,
    node      text not null,
    asked_at  timestamptz not null,
    ended_at  timestamptz,
    outcome   text check (outcome in ('done', 'refused', 'failed')),
    result    jsonb,
    error     text[] check (cardinality(error) = 2),
    check ((ended_at is null) = (outcome is null))
);
comment on table followersync.page_actions is 'What people did on the status page: one row an action, written before it begins. A row goes after 400 days.';
comment on column followersync.page_actions.action_id is 'Number of the action.';
comment on column followersync.page_actions.action is 'sync (begin one now), approve or reject (what the mass-change brake holds), pause or resume (the schedule of an account).';
comment on column followersync.page_actions.app_id is 'Account it is about.';
comment on column followersync.page_actions.run_id is 'The held run that was approved or rejected; null for the other actions.';
comment on column followersync.page_actions.actor is 'Name the person gave beside the password, or the provider calls them by, then with the provider''s sub in brackets behind it; empty where the page demands none.';
comment on column followersync.page_actions.address is 'Address the request came from: that of the proxy, where one stands in front.';
comment on column followersync.page_actions.node is 'Node whose page was used.';
comment on column followersync.page_actions.asked_at is 'When the person asked for it.';
comment on column followersync.page_actions.ended_at is 'When it had ended; null = it goes on, or its process died.';
comment on column followersync.page_actions.outcome is 'done, refused (as things stood, it could not be done) or failed; null = it has not ended.';
comment on column followersync.page_actions.result is 'The numbers that came of it, such as people marked as gone.';
comment on column followersync.page_actions.error is 'Why it was refused or failed: in English, in Chinese; null = it was not.';
create index page_actions_app_id on followersync.page_actions (app_id, action_id);

create table followersync.pauses (
    app_id    text collate "C" primary key,
    paused_at timestamptz not null,
    paused_by text not null
);
comment on table followersync.pauses is 'Accounts whose schedule somebody paused: no worker begins a run of them by itself. Runs that a person asks for go on.';
comment on column followersync.pauses.app_id is 'Account.';
comment on column followersync.pauses.paused_at is 'Since when.';
comment on column followersync.pauses.paused_by is 'Name the person gave; empty where the page demands none.';

create table followersync.page_keys (
    one      bool primary key default true check (one),
    page_key bytea not null
);
comment on table followersync.page_keys is 'The key that proves that a form was made, or a session given, by a page of one of the workers. One row. Secret.';
comment on column followersync.page_keys.one is 'Always true: there is one row.';
comment on column followersync.page_keys.page_key is 'Thirty-two random bytes.';
