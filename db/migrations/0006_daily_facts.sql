-- The daily facts: what every complete run found new about the days, counted by the run itself in its last transaction. From them the views of totals, growth,
-- retention and churn read thousands of rows instead of everybody.
--
-- A day that was over when it was first counted has a row of what was said then (correction = false), which stays; whatever later runs learn about it is summed up
-- in a second one (correction = true). Both together are what is known now. followersync rebuild-facts counts all of it anew.

create table followersync.counted_facts (
    app_id          text collate "C" primary key,
    run_id          bigint not null,
    known_from      timestamptz not null,
    complete_as_of  timestamptz not null,
    stored_through  timestamptz not null,
    counted_through timestamptz,
    following       bigint not null default 0
);
comment on table followersync.counted_facts is 'How far the daily facts of every account are counted: one row an account that completed a run.';
comment on column followersync.counted_facts.app_id is 'Account.';
comment on column followersync.counted_facts.run_id is 'The complete run that counted last.';
comment on column followersync.counted_facts.known_from is 'complete_as_of of the account''s first complete run: nobody knows who had followed and left before.';
comment on column followersync.counted_facts.complete_as_of is 'Until when the facts are true: when the list of that run was begun.';
comment on column followersync.counted_facts.stored_through is 'Rows changed until then were stored when that run ended: by it, or by an earlier run whose clock was ahead.';
comment on column followersync.counted_facts.counted_through is 'Rows changed until then are counted. Null = not known, since the clock was set back: the next complete run counts all.';
comment on column followersync.counted_facts.following is 'People who followed by then, as stored: the sum of the facts, so that nobody has to count them.';

create table followersync.settled_doubts (
    app_id        text collate "C" not null,
    openid        text collate "C" not null,
    missing_since timestamptz not null,
    primary key (app_id, openid)
);
comment on table followersync.settled_doubts is 'People whom WeChat''s list lacked when the facts were counted last, and of whom it was found out since whether they had left: the facts do not know it yet, so wechat.doubtful_followers tells of them until they are counted again.';
comment on column followersync.settled_doubts.app_id is 'Account of the person.';
comment on column followersync.settled_doubts.openid is 'The person.';
comment on column followersync.settled_doubts.missing_since is 'As in followersync.unfollow_candidates, where the person stood: when the first list was begun that lacked the person.';

create table followersync.episode_changes (
    change_id         bigint generated always as identity primary key,
    app_id            text collate "C" not null,
    weight            smallint not null check (weight in (-1, 1)),
    followed_at       timestamptz,
    followed_after    timestamptz,
    followed_before   timestamptz,
    unfollowed_after  timestamptz,
    unfollowed_before timestamptz not null,
    scene             text,
    qr_scene          bigint,
    qr_scene_str      text,
    is_return         boolean not null
);
comment on table followersync.episode_changes is 'Past episodes that were stored (1) or replaced (-1) since the facts were counted last. Names nobody.';
comment on column followersync.episode_changes.change_id is 'Number of the change.';
comment on column followersync.episode_changes.app_id is 'Account.';
comment on column followersync.episode_changes.weight is '1 = stored, -1 = replaced by another.';
comment on column followersync.episode_changes.followed_at is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.followed_after is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.followed_before is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.unfollowed_after is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.unfollowed_before is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.scene is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.qr_scene is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.qr_scene_str is 'As in wechat.past_episodes.';
comment on column followersync.episode_changes.is_return is 'As in wechat.past_episodes.';
create index episode_changes_app_id on followersync.episode_changes (app_id);

create table wechat.daily_scenes (
    app_id           text collate "C" not null,
    day              date not null,
    scene            text not null,
    correction       boolean not null,
    new              bigint not null default 0,
    returned         bigint not null default 0,
    follows_earliest bigint not null default 0,
    follows_latest   bigint not null default 0,
    leaves_earliest  bigint not null default 0,
    leaves_latest    bigint not null default 0,
    leaves_sure      bigint not null default 0,
    leaves_in_month  bigint not null default 0,
    lost_1_at_least bigint not null default 0,
    lost_1_at_most  bigint not null default 0,
    lost_3_at_least bigint not null default 0,
    lost_3_at_most  bigint not null default 0,
    lost_7_at_least bigint not null default 0,
    lost_7_at_most  bigint not null default 0,
    lost_30_at_least bigint not null default 0,
    lost_30_at_most  bigint not null default 0,
    lost_90_at_least bigint not null default 0,
    lost_90_at_most  bigint not null default 0,
    lost_180_at_least bigint not null default 0,
    lost_180_at_most  bigint not null default 0,
    primary key (app_id, day, scene, correction)
);
comment on table wechat.daily_scenes is 'Daily facts: follows and leaves by account, Beijing day and how people found the account, counted by the complete runs. Sum the rows with and without correction for what is known now; wechat.daily_totals does.';
comment on column wechat.daily_scenes.app_id is 'Account.';
comment on column wechat.daily_scenes.day is 'Day in Beijing.';
comment on column wechat.daily_scenes.scene is 'How people found the account: ADD_SCENE_SEARCH, …; unknown = not told. wechat.scenes has the names.';
comment on column wechat.daily_scenes.correction is 'False: what the first complete run after the day said. True: what later runs added or took back.';
comment on column wechat.daily_scenes.new is 'Follows that surely began on the day. Somebody who follows twice counts twice.';
comment on column wechat.daily_scenes.returned is 'Those of them by people who had followed before.';
comment on column wechat.daily_scenes.follows_earliest is 'Follows that began on the day at the earliest.';
comment on column wechat.daily_scenes.follows_latest is 'Follows that began on the day at the latest; the same as follows_earliest but for the few without a subscribe_time.';
comment on column wechat.daily_scenes.leaves_earliest is 'Follows that ended on the day at the earliest.';
comment on column wechat.daily_scenes.leaves_latest is 'Follows that ended on the day at the latest.';
comment on column wechat.daily_scenes.leaves_sure is 'Follows that surely ended on the day.';
comment on column wechat.daily_scenes.leaves_in_month is 'Of leaves_latest: those that surely ended in the month of the day.';
comment on column wechat.daily_scenes.lost_1_at_least is 'Of new: surely gone within 1 day of following.';
comment on column wechat.daily_scenes.lost_1_at_most is 'Of new: possibly gone within 1 day of following.';
comment on column wechat.daily_scenes.lost_3_at_least is 'Of new: surely gone within 3 days of following.';
comment on column wechat.daily_scenes.lost_3_at_most is 'Of new: possibly gone within 3 days of following.';
comment on column wechat.daily_scenes.lost_7_at_least is 'Of new: surely gone within 7 days of following.';
comment on column wechat.daily_scenes.lost_7_at_most is 'Of new: possibly gone within 7 days of following.';
comment on column wechat.daily_scenes.lost_30_at_least is 'Of new: surely gone within 30 days of following.';
comment on column wechat.daily_scenes.lost_30_at_most is 'Of new: possibly gone within 30 days of following.';
comment on column wechat.daily_scenes.lost_90_at_least is 'Of new: surely gone within 90 days of following.';
comment on column wechat.daily_scenes.lost_90_at_most is 'Of new: possibly gone within 90 days of following.';
comment on column wechat.daily_scenes.lost_180_at_least is 'Of new: surely gone within 180 days of following.';
comment on column wechat.daily_scenes.lost_180_at_most is 'Of new: possibly gone within 180 days of following.';

create table wechat.daily_qr_codes (
    app_id           text collate "C" not null,
    day              date not null,
    qr_scene         bigint not null,
    qr_scene_str     text not null,
    correction       boolean not null,
    new              bigint not null default 0,
    returned         bigint not null default 0,
    people           bigint not null default 0,
    following        bigint not null default 0,
    lost_1_at_least bigint not null default 0,
    lost_1_at_most  bigint not null default 0,
    lost_3_at_least bigint not null default 0,
    lost_3_at_most  bigint not null default 0,
    lost_7_at_least bigint not null default 0,
    lost_7_at_most  bigint not null default 0,
    lost_30_at_least bigint not null default 0,
    lost_30_at_most  bigint not null default 0,
    lost_90_at_least bigint not null default 0,
    lost_90_at_most  bigint not null default 0,
    lost_180_at_least bigint not null default 0,
    lost_180_at_most  bigint not null default 0,
    primary key (app_id, day, qr_scene, qr_scene_str, correction)
);
comment on table wechat.daily_qr_codes is 'Daily facts: follows by account, Beijing day and QR code, counted by the complete runs. Sum the rows with and without correction for what is known now.';
comment on column wechat.daily_qr_codes.app_id is 'Account.';
comment on column wechat.daily_qr_codes.day is 'Day in Beijing on which they followed, at the latest.';
comment on column wechat.daily_qr_codes.qr_scene is 'Number of the code; 0 when it has a text.';
comment on column wechat.daily_qr_codes.qr_scene_str is 'Text of the code; empty when it has a number.';
comment on column wechat.daily_qr_codes.correction is 'False: what the first complete run after the day said. True: what later runs added or took back.';
comment on column wechat.daily_qr_codes.new is 'Follows through the code that surely began on the day.';
comment on column wechat.daily_qr_codes.returned is 'Those of them by people who had followed before.';
comment on column wechat.daily_qr_codes.people is 'People whose newest follow was through the code, on the day.';
comment on column wechat.daily_qr_codes.following is 'Those of them who still follow.';
comment on column wechat.daily_qr_codes.lost_1_at_least is 'Of new: surely gone within 1 day of following.';
comment on column wechat.daily_qr_codes.lost_1_at_most is 'Of new: possibly gone within 1 day of following.';
comment on column wechat.daily_qr_codes.lost_3_at_least is 'Of new: surely gone within 3 days of following.';
comment on column wechat.daily_qr_codes.lost_3_at_most is 'Of new: possibly gone within 3 days of following.';
comment on column wechat.daily_qr_codes.lost_7_at_least is 'Of new: surely gone within 7 days of following.';
comment on column wechat.daily_qr_codes.lost_7_at_most is 'Of new: possibly gone within 7 days of following.';
comment on column wechat.daily_qr_codes.lost_30_at_least is 'Of new: surely gone within 30 days of following.';
comment on column wechat.daily_qr_codes.lost_30_at_most is 'Of new: possibly gone within 30 days of following.';
comment on column wechat.daily_qr_codes.lost_90_at_least is 'Of new: surely gone within 90 days of following.';
comment on column wechat.daily_qr_codes.lost_90_at_most is 'Of new: possibly gone within 90 days of following.';
comment on column wechat.daily_qr_codes.lost_180_at_least is 'Of new: surely gone within 180 days of following.';
comment on column wechat.daily_qr_codes.lost_180_at_most is 'Of new: possibly gone within 180 days of following.';

create table wechat.daily_groups (
    app_id     text collate "C" not null,
    day        date not null,
    groupid    int not null,
    correction boolean not null,
    net        bigint not null,
    primary key (app_id, day, groupid, correction)
);
comment on table wechat.daily_groups is 'Daily facts: how many more followers every legacy group has by what was stored on the day. The sum up to a day is the size of the group as stored by then.';
comment on column wechat.daily_groups.app_id is 'Account.';
comment on column wechat.daily_groups.day is 'Day in Beijing on which FollowerSync stored the change, the day after it happened as a rule.';
comment on column wechat.daily_groups.groupid is 'The group.';
comment on column wechat.daily_groups.correction is 'False: what was said on the day. True: what was added or taken back later.';
comment on column wechat.daily_groups.net is 'How many followers more; negative: fewer.';

create table wechat.daily_tags (
    app_id     text collate "C" not null,
    day        date not null,
    tag_id     int not null,
    correction boolean not null,
    net        bigint not null,
    primary key (app_id, day, tag_id, correction)
);
comment on table wechat.daily_tags is 'Daily facts: how many more followers have every tag by what was stored on the day. The sum up to a day is how many had it as stored by then.';
comment on column wechat.daily_tags.app_id is 'Account.';
comment on column wechat.daily_tags.day is 'Day in Beijing on which FollowerSync stored the change, the day after it happened as a rule.';
comment on column wechat.daily_tags.tag_id is 'The tag.';
comment on column wechat.daily_tags.correction is 'False: what was said on the day. True: what was added or taken back later.';
comment on column wechat.daily_tags.net is 'How many followers more; negative: fewer.';

-- Looks the view up when it is called, so that the views can be made anew. Asking the history instead (valid_from, valid_to) would answer what was stored by then.
create function wechat.followers_on(app_id text, day date, out followers_at_least bigint, out followers_at_most bigint, out known_from timestamptz, out complete_as_of timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
begin
    select d.followers_at_least, d.followers_at_most, k.known_from, k.complete_as_of
    into $3, $4, $5, $6
    from (values ($1, $2)) as asked (app_id, day)
    left join wechat.known_days k on k.app_id = asked.app_id
    left join wechat.daily_totals d on d.app_id = asked.app_id and d.day = asked.day;
end $$;
comment on function wechat.followers_on(text, date) is 'How many people followed an account at the end of a day in Beijing, at least and at most, by all that is known now. Null = not known: the day is before known_from, or was not over at complete_as_of. wechat.follower_history tells something else: what was stored by then, which lags a look behind.';

create index followers_gone on wechat.followers (app_id, unfollowed_before) where not subscribe;
