-- Spreads the big tables over the nodes of a Citus cluster by openid, and makes the views anew that Citus would refuse. An administrator runs it after each
-- followersync migrate that made the views anew, while no worker runs:
--
--   psql -v ON_ERROR_STOP=1 -d followersync -f db/citus.sql
--
-- It comes to the same when it is run again; the tables are spread all or none, and so are the views. docs/scale.md says when it is worth it, and what it needs.
do $$
declare
    -- One row a follower, and of each at the most a few more: rows of one person lie together, so that joins by openid stay on one node. Everything else, the
    -- inbox, the change feed, candidates, refusals and facts too, stays on the coordinator. The lints of the tests read this list.
    big constant text[] := array['wechat.followers', 'wechat.follower_versions', 'wechat.past_episodes', 'followersync.listing_openids'];
    spread text;
    is_spread boolean;
begin
    if not exists (select 1 from pg_extension where extname = 'citus') then
        raise exception 'The extension citus is not in the database %: nothing was spread.', current_database()
            using hint = 'Install Citus on every node, run "create extension citus" in this database on each of them, add the workers by citus_add_node(), and run this again.';
    end if;
    if to_regclass('wechat.followers') is null then
        raise exception 'The database % has no table wechat.followers: nothing was spread.', current_database()
            using hint = 'Run "followersync migrate" first.';
    end if;

    foreach spread in array big loop
        execute 'select exists (select 1 from pg_dist_partition where logicalrelid = $1::regclass and partmethod = ''h'')' into is_spread using spread;
        if not is_spread then
            execute 'select create_distributed_table($1::regclass, ''openid'', colocate_with => $2)' using spread, case when spread = big[1] then 'none' else big[1] end;
        end if;
    end loop;
end $$;

-- Each view as in db/views, with what belongs to people fetched in parts of their own. On one table these forms are slower, some by much.
begin;
\ir citus/01_confirmed_followers.sql
\ir citus/06_follower_tags.sql
\ir citus/08_doubtful_followers.sql
\ir citus/16_people.sql
\ir citus/20_freshness.sql
\ir citus/21_held_changes.sql
\ir citus/22_known_visitors.sql
\ir citus/23_tag_changes.sql
\ir citus/25_crm_keys.sql
commit;
