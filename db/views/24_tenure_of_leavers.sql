create view wechat.tenure_of_leavers as
select e.app_id, k.account, date_trunc('month', e.unfollowed_before at time zone interval '8 hours')::date as month, k.known_from, k.complete_as_of as seen_until, count(*) as leaves,
       percentile_disc(0.25) within group (order by e.unfollowed_after - e.followed_before) as quarter_at_least,
       percentile_disc(0.25) within group (order by e.unfollowed_before - e.followed_after) as quarter_at_most,
       percentile_disc(0.5) within group (order by e.unfollowed_after - e.followed_before) as half_at_least,
       percentile_disc(0.5) within group (order by e.unfollowed_before - e.followed_after) as half_at_most,
       percentile_disc(0.75) within group (order by e.unfollowed_after - e.followed_before) as three_quarters_at_least,
       percentile_disc(0.75) within group (order by e.unfollowed_before - e.followed_after) as three_quarters_at_most
from wechat.complete_episodes e
join wechat.known_days k using (app_id)
where e.unfollowed_before is not null and e.followed_after is not null
group by 1, 2, 3, 4, 5;
comment on view wechat.tenure_of_leavers is 'How long those had followed who left, by the month by whose end they were known to be gone. A quarter, half and three quarters of them had followed no longer than told, with both bounds.';
comment on column wechat.tenure_of_leavers.app_id is 'Account.';
comment on column wechat.tenure_of_leavers.account is 'Its name.';
comment on column wechat.tenure_of_leavers.month is 'First day of the month in Beijing.';
comment on column wechat.tenure_of_leavers.known_from is 'When the first complete run began. Who had followed and left before is not known.';
comment on column wechat.tenure_of_leavers.seen_until is 'When the newest complete run looked: the running month is told up to then.';
comment on column wechat.tenure_of_leavers.leaves is 'Leaves of people about whose beginning something is known.';
comment on column wechat.tenure_of_leavers.quarter_at_least is 'The quarter that left soonest had followed no longer than this, at least.';
comment on column wechat.tenure_of_leavers.quarter_at_most is 'The quarter that left soonest had followed no longer than this, at most.';
comment on column wechat.tenure_of_leavers.half_at_least is 'Half of them had followed no longer than this, at least.';
comment on column wechat.tenure_of_leavers.half_at_most is 'Half of them had followed no longer than this, at most.';
comment on column wechat.tenure_of_leavers.three_quarters_at_least is 'Three quarters of them had followed no longer than this, at least.';
comment on column wechat.tenure_of_leavers.three_quarters_at_most is 'Three quarters of them had followed no longer than this, at most.';
