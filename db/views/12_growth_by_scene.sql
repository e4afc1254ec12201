create view wechat.growth_by_scene as
select app_id, month, scene, sum(new)::bigint as new, sum(gone)::bigint as gone
from (
    select app_id, date_trunc('month', followed_at at time zone interval '8 hours')::date as month, scene, 1 as new, 0 as gone from wechat.complete_episodes
    union all
    select app_id, date_trunc('month', unfollowed_before at time zone interval '8 hours')::date, scene, 0, 1
    from wechat.complete_episodes where unfollowed_before is not null
) e
group by 1, 2, 3;
comment on view wechat.growth_by_scene is 'New and lost people by how they found the account, by month in Beijing. Leaving counts in the month the person is known to be gone.';
comment on column wechat.growth_by_scene.app_id is 'Account.';
comment on column wechat.growth_by_scene.month is 'First day of the month.';
comment on column wechat.growth_by_scene.scene is 'How they found the account; null = not told.';
comment on column wechat.growth_by_scene.new is 'People who followed in it.';
comment on column wechat.growth_by_scene.gone is 'People known to be gone in it.';
