using System.Text;
using FollowerSync.Database;
using FollowerSync.Languages;

namespace FollowerSync.Analysts;

/// <summary>Who may be an analyst: somebody's own login that can do no more than read.</summary>
internal static class LoginRules
{
    private const int LongestName = 63;

    // A membership with the admin option alone is how PostgreSQL 16 and newer note who created a login. Of the predefined roles, only those
    // pass that show how the server is doing.
    private const string ObjectionSql =
        """
        select case
            when l.rolname in (@worker, session_user, current_user) then 'is the login FollowerSync itself works with'
            when l.rolsuper then 'is a superuser'
            when l.rolcreaterole or l.rolcreatedb then 'may create roles or databases'
            when l.rolreplication then 'may replicate, which reads everything'
            when l.rolbypassrls then 'may pass over row security'
            when not l.rolcanlogin then 'is a group, whose members would all read with it'
            when exists (
                select from pg_auth_members m
                where m.roleid = l.oid and m.member <> (select w.oid from pg_roles w where w.rolname = @worker)
                  and (not m.admin_option or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true) or coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)))
                then 'is a group, whose members would all read with it'
            when pg_has_role(l.oid, d.datdba, 'member') then 'owns the database'
            when exists (select from pg_class c where c.relnamespace in ('wechat'::regnamespace, 'followersync'::regnamespace) and pg_has_role(l.oid, c.relowner, 'member'))
                then 'owns tables of FollowerSync'
            when p.rolname is not null then format('may act as %s', p.rolname)
            when has_schema_privilege(l.oid, 'followersync', 'usage, create') or has_schema_privilege(l.oid, 'wechat', 'create') or exists (
                select from pg_class c
                where c.relnamespace in ('wechat'::regnamespace, 'followersync'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
                  and has_table_privilege(l.oid, c.oid, 'insert, update, delete, truncate, references, trigger'))
                then 'may write to tables of FollowerSync'
            when g.rolname is not null then format('reads the personal columns as a member of %s; take that away first, or give it the role analyst_pii', g.rolname)
        end
        from pg_roles l
        join pg_database d on d.datname = current_database()
        left join lateral (
            select p.rolname
            from pg_roles p
            where p.oid <> l.oid and pg_has_role(l.oid, p.oid, 'member')
              and (p.rolsuper or p.rolcreaterole or p.rolcreatedb or p.rolreplication or p.rolbypassrls or p.rolname = @worker
                or p.rolname like 'pg\_%' and p.rolname not in ('pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables'))
            order by p.rolname
            limit 1) p on true
        left join lateral (
            select g.rolname
            from pg_roles g
            join pg_roles pii on pii.rolname = @analystPii
            where not @wantsPii and g.oid not in (l.oid, pii.oid) and pg_has_role(l.oid, g.oid, 'member') and pg_has_role(g.oid, pii.oid, 'member')
            order by g.rolname
            limit 1) g on true
        where l.rolname = @user
        """;

    /// <summary>Why the name cannot be an analyst's login at all; null when it can.</summary>
    public static Sentence? ObjectionToName(string user) =>
        user.Length == 0 || user.Any(char.IsControl) ? (Sentence)"is no name"
        : Encoding.UTF8.GetByteCount(user) > LongestName ? (Sentence)"is longer than 63 bytes"
        : user.StartsWith("pg_", StringComparison.Ordinal) || user is "public" or "none" ? (Sentence)"is a name PostgreSQL keeps for itself"
        : AnalystRoleNames.Prefixes.Any(prefix => user.StartsWith(prefix, StringComparison.Ordinal)) ? (Sentence)"is a role of FollowerSync, and all its analysts would read with it"
        : null;

    /// <exception cref="GrantException">The login must not become an analyst's.</exception>
    public static async Task RequireHarmlessAsync(Transaction tx, GrantOrder order)
    {
        Sentence? objection = ObjectionToName(order.User) ?? (await tx.ReadOrDefaultAsync<string>(ObjectionSql, order) is { } found ? Sentence.Foreign(found) : null);
        if (objection is not null)
            throw new GrantException($"\"{order.User}\" {objection}. An analyst's login must only read: name another one.");
    }
}
