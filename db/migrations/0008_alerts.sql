-- Alerts: what is wrong, and what was told whom about it. Kept here, so that neither a restart nor a second worker repeats or forgets anything.
create table followersync.alerts (
    alert        text not null check (alert in ('RunFailed', 'Stale', 'Held', 'Partial', 'Rejected', 'QuotaLow', 'TokenConflict', 'Reconciliation', 'DatabaseAway', 'ChannelBroken')),
    subject      text collate "C" not null,
    severity     text not null check (severity in ('Warning', 'Critical')),
    status       text not null check (status in ('firing', 'resolved')),
    started_at   timestamptz not null,
    seen_at      timestamptz not null,
    resolved_at  timestamptz,
    last_told_at timestamptz,
    told_count   int not null default 0,
    facts        jsonb not null,
    primary key (alert, subject),
    check ((status = 'resolved') = (resolved_at is not null))
);
comment on table followersync.alerts is 'What is wrong, or was: one row a kind of alert and account, changed when it begins, is told again, and ends. A row that ended 90 days ago goes.';
comment on column followersync.alerts.alert is 'Kind, as docs/alerts.md explains it.';
comment on column followersync.alerts.subject is 'AppID of the account; the channel''s name of ChannelBroken; empty for DatabaseAway.';
comment on column followersync.alerts.severity is 'Warning or Critical.';
comment on column followersync.alerts.status is 'firing = it is so now; resolved = it is over.';
comment on column followersync.alerts.started_at is 'When it was first seen to be so.';
comment on column followersync.alerts.seen_at is 'When a worker last looked and it was not over; written every few minutes. What nobody looks at for a day (its account left the settings) is closed without a word.';
comment on column followersync.alerts.resolved_at is 'When it was seen to be over; null = it is not.';
comment on column followersync.alerts.last_told_at is 'When a message about it was last put into followersync.alert_messages; null = none was.';
comment on column followersync.alerts.told_count is 'Messages about it so far, that of its end included, however many channels took them.';
comment on column followersync.alerts.facts is 'What the texts are made of: name of the account, run, WeChat''s code and request id, counts and times. Nothing of any person, and no secret.';

create table followersync.alert_messages (
    message_id    bigint generated always as identity primary key,
    channel       text not null,
    alert         text not null,
    subject       text collate "C" not null,
    started_at    timestamptz not null,
    number        int not null,
    step          text not null check (step in ('Firing', 'Repeat', 'Resolved')),
    severity      text not null,
    facts         jsonb not null,
    ended_at      timestamptz,
    created_at    timestamptz not null,
    due_at        timestamptz not null,
    claimed_until timestamptz,
    attempts      int not null default 0,
    uncertain     boolean not null default false,
    sent_at       timestamptz,
    failed_at     timestamptz,
    error         text,
    unique (channel, alert, subject, started_at, number)
);
comment on table followersync.alert_messages is 'The outbox of the alerts: one row a message and channel. A row goes after 30 days.';
comment on column followersync.alert_messages.message_id is 'Number of the message; a channel gets them in this order.';
comment on column followersync.alert_messages.channel is 'Name of the channel (Alerts:Channels).';
comment on column followersync.alert_messages.alert is 'Kind of the alert.';
comment on column followersync.alert_messages.subject is 'What it is about, as in followersync.alerts.';
comment on column followersync.alert_messages.started_at is 'When the alert began.';
comment on column followersync.alert_messages.number is 'The message of that alert: 1 = its beginning.';
comment on column followersync.alert_messages.step is 'Firing = it began, Repeat = it is still so, Resolved = it is over.';
comment on column followersync.alert_messages.severity is 'Warning or Critical.';
comment on column followersync.alert_messages.facts is 'What the text is made of, as in followersync.alerts.';
comment on column followersync.alert_messages.ended_at is 'When the alert ended; null while it had not.';
comment on column followersync.alert_messages.created_at is 'When the message was put here.';
comment on column followersync.alert_messages.due_at is 'When it may be sent: a moment of chance later, so that not everybody''s robots are called on the hour.';
comment on column followersync.alert_messages.claimed_until is 'Until when a worker has it in hand; null = none has.';
comment on column followersync.alert_messages.attempts is 'How often it was tried to be sent.';
comment on column followersync.alert_messages.uncertain is 'Whether a try ended without an answer, so that it may have arrived.';
comment on column followersync.alert_messages.sent_at is 'When the channel took it; null = not yet.';
comment on column followersync.alert_messages.failed_at is 'When it was given up; null = it was not.';
comment on column followersync.alert_messages.error is 'What the last try met, without words of the channel.';
create index alert_messages_waiting on followersync.alert_messages (channel, message_id) where sent_at is null and failed_at is null;
create index alert_messages_alert on followersync.alert_messages (alert, subject, started_at);

create table followersync.alert_channels (
    channel       text primary key,
    settings      text not null,
    posts         timestamptz[] not null default '{}',
    summary_at    timestamptz,
    blocked_until timestamptz,
    delivered_at  timestamptz,
    failures      int not null default 0,
    failing_since timestamptz,
    error         text
);
comment on table followersync.alert_channels is 'How the channels of the alerts stand, whichever worker sends.';
comment on column followersync.alert_channels.channel is 'Name of the channel (Alerts:Channels).';
comment on column followersync.alert_channels.settings is 'First letters of a hash of its settings: what it refused is tried again when they were changed.';
comment on column followersync.alert_channels.posts is 'When messages were sent in the last minutes, for the limits of robots.';
comment on column followersync.alert_channels.summary_at is 'When several messages last became one.';
comment on column followersync.alert_channels.blocked_until is 'Nothing is sent before: it said that it was asked too often, or does not answer.';
comment on column followersync.alert_channels.delivered_at is 'When it last took a message.';
comment on column followersync.alert_channels.failures is 'Messages in a row that it did not take; from three on it counts as broken (alert ChannelBroken).';
comment on column followersync.alert_channels.failing_since is 'Since when it has taken none; null = it took the last one.';
comment on column followersync.alert_channels.error is 'What the last failure was.';
