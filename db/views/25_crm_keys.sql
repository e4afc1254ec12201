create view wechat.crm_keys as
select unionid, jsonb_object_agg(app_id, openid order by subscribe) as openids,
       array_agg(app_id order by app_id) filter (
           where subscribe and not exists (
               select 1 from wechat.openid_changes c where c.from_app_id = a.app_id and c.old_openid = a.openid and c.new_openid is not null)) as accounts_followed,
       min(coalesce(first_followed_at, subscribe_time)) as first_followed_at, max(subscribe_time) as last_followed_at
from wechat.audience a
where unionid is not null and unionid not like 'anon\_%'
group by unionid;
comment on view wechat.crm_keys is 'Keys to join people with a CRM: one row a unionid, with the openid in every account. Anonymised people are not in it.';
comment on column wechat.crm_keys.unionid is 'The person across accounts. Where a migration changed it, the old one keeps a row of its own; wechat.people puts the two together.';
comment on column wechat.crm_keys.openids is 'The person''s openid by AppID, as JSON. Where an account knows two with this unionid (wechat.identity_conflicts), the one who follows.';
comment on column wechat.crm_keys.accounts_followed is 'Accounts the person follows, not one from which the person was migrated; null = none.';
comment on column wechat.crm_keys.first_followed_at is 'First time the person is known to have followed any of them.';
comment on column wechat.crm_keys.last_followed_at is 'Newest time the person followed one of them.';
