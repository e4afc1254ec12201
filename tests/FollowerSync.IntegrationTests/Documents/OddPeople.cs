namespace FollowerSync.IntegrationTests.Documents;

/// <summary>What the views tell of and hardly ever happens, for <see cref="ExampleAccounts"/>.</summary>
internal static class OddPeople
{
    // By place in the order of openids: people who are refused, missing, held, in conflict, visitors, migrated or anonymised, some of them several of these.
    public const string Sql =
        """
        create temp table p on commit drop as
        select app_id, openid, unionid, subscribe, row_number() over (partition by app_id order by openid) as place from wechat.followers;
        insert into followersync.rejected_openids
        select app_id, openid, 40003, 'invalid openid', null, now() - interval '40 days', now(), 3, now() from p where place % 11 = 0
        union all
        select distinct app_id, 'oNeverStored' || n, 40003, null, null, now() - interval '30 days', now(), 2, now() from p, generate_series(1, 3) n;
        insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness, held_since, missing_since, first_missing_since)
        select app_id, openid, 1, 'single', case when place % 2 = 0 then now() end, now() - interval '3 days', case when place % 3 = 0 then now() - interval '9 days' end from p where place % 13 = 0
        union all
        select distinct app_id, 'oNeverStored9', 1, 'single', now(), now(), null::timestamptz from p;
        insert into followersync.settled_doubts select app_id, openid, now() - interval '5 days' from p where place % 3 = 0;
        insert into followersync.held_identities select app_id, openid, 1, 'oOtherUnionId', now() from p where place % 17 = 0;
        insert into wechat.identity_conflicts (app_id, openid, stored_unionid, first_seen_at, last_seen_at, run_id) select app_id, openid, unionid, now(), now(), 1 from p where place % 19 = 0;
        insert into wechat.visitors (app_id, openid, unionid, first_seen_at, last_seen_at, visits, subscribed)
        select app_id, openid, case when place % 2 = 0 then unionid end, now(), now(), place, subscribe from p where place % 23 = 0
        union all
        select distinct app_id, 'oVisitor', null, now(), now(), 1, false from p;
        insert into wechat.openid_changes
        select a.app_id, a.openid, b.app_id, case when a.place % 2 = 0 then b.openid else 'oNew' || a.place end, null, now()
        from p a join p b on a.app_id < b.app_id and a.place = b.place where a.place % 29 = 0;
        insert into followersync.anonymous_unionids select 'anon_' || openid, max(unionid) from p where place % 31 = 0 and unionid is not null group by openid;
        update wechat.followers f set unionid = 'anon_' || f.openid from p where p.place % 62 = 0 and (p.app_id, p.openid) = (f.app_id, f.openid) and f.unionid is not null;
        update wechat.followers f set unionid = null from p where p.place % 37 = 0 and (p.app_id, p.openid) = (f.app_id, f.openid);
        update wechat.followers f set changed_at = now() + interval '1 day' from p where p.place % 41 = 0 and (p.app_id, p.openid) = (f.app_id, f.openid);
        insert into followersync.confirmations select app_id, openid, now() - place * interval '1 hour' from p where place % 43 = 0 on conflict do nothing;
        delete from followersync.confirmations c using (select app_id, max(last_openid) as last_openid from followersync.confirmations group by app_id) n where (c.app_id, c.last_openid) = (n.app_id, n.last_openid)
        """;
}
