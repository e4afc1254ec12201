create view wechat.retention as
select e.app_id, date_trunc('month', followed_at at time zone interval '8 hours')::date as cohort, count(*) as people,
       count(*) filter (where followed_at + interval '720 hours' <= stored_at) as due_30,
       count(*) filter (where followed_at + interval '720 hours' <= stored_at and (unfollowed_before is null or unfollowed_after >= followed_at + interval '720 hours')) as kept_30_at_least,
       count(*) filter (where followed_at + interval '720 hours' <= stored_at and (unfollowed_before is null or unfollowed_before > followed_at + interval '720 hours')) as kept_30_at_most,
       count(*) filter (where followed_at + interval '2160 hours' <= stored_at) as due_90,
       count(*) filter (where followed_at + interval '2160 hours' <= stored_at and (unfollowed_before is null or unfollowed_after >= followed_at + interval '2160 hours')) as kept_90_at_least,
       count(*) filter (where followed_at + interval '2160 hours' <= stored_at and (unfollowed_before is null or unfollowed_before > followed_at + interval '2160 hours')) as kept_90_at_most,
       count(*) filter (where followed_at + interval '4320 hours' <= stored_at) as due_180,
       count(*) filter (where followed_at + interval '4320 hours' <= stored_at and (unfollowed_before is null or unfollowed_after >= followed_at + interval '4320 hours')) as kept_180_at_least,
       count(*) filter (where followed_at + interval '4320 hours' <= stored_at and (unfollowed_before is null or unfollowed_before > followed_at + interval '4320 hours')) as kept_180_at_most
from wechat.complete_episodes e
join wechat.complete_runs r on r.app_id = e.app_id
group by 1, 2;
comment on view wechat.retention is 'How many of the people who followed in a month still followed 30, 90 and 180 days later.';
comment on column wechat.retention.app_id is 'Account.';
comment on column wechat.retention.cohort is 'First day of the month they followed in, in Beijing.';
comment on column wechat.retention.people is 'How many followed in it.';
comment on column wechat.retention.due_30 is 'Those of them who followed 30 days ago or longer.';
comment on column wechat.retention.kept_30_at_least is 'Of these, surely still following 30 days later.';
comment on column wechat.retention.kept_30_at_most is 'Of these, possibly still following 30 days later.';
comment on column wechat.retention.due_90 is 'Those of them who followed 90 days ago or longer.';
comment on column wechat.retention.kept_90_at_least is 'Of these, surely still following 90 days later.';
comment on column wechat.retention.kept_90_at_most is 'Of these, possibly still following 90 days later.';
comment on column wechat.retention.due_180 is 'Those of them who followed 180 days ago or longer.';
comment on column wechat.retention.kept_180_at_least is 'Of these, surely still following 180 days later.';
comment on column wechat.retention.kept_180_at_most is 'Of these, possibly still following 180 days later.';
