using Dapper;
using FollowerSync.Database;

namespace FollowerSync.Analysts;

/// <summary>The statements that bring roles, rights and a login to where they should be. Each list has only what lacks, so that whoever may not
/// create roles can still give the rights to what is new.</summary>
internal static class AnalystStatements
{
    /// <summary>What tells who a person is. openid and unionid are pseudonyms and needed to join; hashes would let somebody test guesses.</summary>
    private static readonly string[] PersonalColumns = ["nickname", "headimgurl", "remark", "sex", "language", "city", "province", "country", "profile_hash", "fingerprint"];

    // Courtesies, which a session may change; in this database only, since the login may work in others. They hold whatever the login is used to elsewhere.
    private static readonly string[] Limits =
        ["statement_timeout = '60s'", "idle_in_transaction_session_timeout = '60s'", "jit = off", "default_transaction_read_only = on"];

    // What makes work easy; somebody's own value for the login, in all databases, or for this database stays. The zone is the schedule's.
    private static readonly string[] Comforts = ["search_path = wechat", "work_mem = '64MB'", "timezone = "];

    private const string RolesSql =
        """
        select format(s.statement, r.name, format('Analysts of the database %s, %s the personal columns', current_database(), r.personal))
        from (values (@Analyst, 'without'), (@AnalystPii, 'with')) r (name, personal)
        cross join (values (1, 'create role %1$I nologin'), (2, 'comment on role %1$I is %2$L')) s (place, statement)
        where not exists (select from pg_roles p where p.rolname = r.name)
        order by r.name, s.place
        """;

    // A copied database brings the roles of the one it was copied from; its analysts have no business here.
    private const string RightsSql =
        """
        with relation as (
            select c.oid, c.relname from pg_class c where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')),
        stranger as (
            select r.rolname
            from pg_roles r
            where r.rolname not in (@Analyst, @AnalystPii) and (starts_with(r.rolname, @prefixes[1]) or starts_with(r.rolname, @prefixes[2]))
              and exists (select from pg_namespace n cross join aclexplode(n.nspacl) a where n.nspname = 'wechat' and a.grantee = r.oid))
        select s.statement
        from (
            select 1, format('revoke all on schema wechat from %I', rolname) from stranger
            union all
            select 2, format('revoke all on all %s in schema wechat from %I', kind, rolname) from stranger cross join unnest(array['tables', 'sequences']) kind
            union all
            select 3, format('grant usage on schema wechat to %I, %I', @Analyst, @AnalystPii)
            union all
            select 4, format('revoke all on wechat.%I from %I', relname, @Analyst) from relation
            union all
            select 5, format('grant select on wechat.%I to %I', relname, @AnalystPii) from relation
            union all
            select 6, format('grant select%s on wechat.%I to %I',
                case when bool_or(a.attname = any(@personal)) then format(' (%s)', string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attname <> all(@personal))) end,
                c.relname, @Analyst)
            from relation c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            group by c.relname
            having bool_or(a.attname <> all(@personal))
            union all
            select t.place, format(t.statement, d.datname, @Worker)
            from pg_database d
            cross join (values (7, 'grant temporary on database %1$I to %2$I'), (8, 'revoke temporary on database %1$I from public')) t (place, statement)
            where d.datname = current_database() and pg_has_role(@Worker, d.datdba, 'usage')
              and exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where a.grantee = 0 and a.privilege_type = 'TEMPORARY')
        ) s (place, statement)
        order by s.place, s.statement
        """;

    private const string LoginSql =
        """
        with login as (select r.oid from pg_roles r where r.rolname = @User)
        select s.statement
        from (
            select 1, case when not exists (select from login) then format('create role %I login connection limit 5 password %L', @User, @Verifier)
                           when @RenewsPassword then format('alter role %I password %L', @User, @Verifier) end
            union all
            select 2, format('grant %I to %I', @Role, @User)
            where not exists (select from pg_auth_members m join login l on l.oid = m.member join pg_roles r on r.oid = m.roleid and r.rolname = @Role)
            union all
            select 3, format('revoke %I from %I%s cascade', @OtherRole, @User,
                case when current_setting('server_version_num')::int >= 160000 then format(' granted by %I', pg_get_userbyid(m.grantor)) end)
            from pg_auth_members m join login l on l.oid = m.member join pg_roles r on r.oid = m.roleid and r.rolname = @OtherRole
            union all
            select 4, format('grant connect on database %I to %I', current_database(), @User)
            where not has_database_privilege('public', current_database(), 'connect')
              and not coalesce((select has_database_privilege(l.oid, current_database(), 'connect') from login l), false)
            union all
            select 5, format('alter role %I in database %I set %s', @User, current_database(), o.option)
            from unnest(@limits) o (option)
            where not exists (
                select from pg_db_role_setting p join login l on l.oid = p.setrole join pg_database d on d.oid = p.setdatabase and d.datname = current_database()
                cross join unnest(p.setconfig) c (setting) where split_part(c.setting, '=', 1) = split_part(o.option, ' ', 1))
            union all
            select 5, format('alter role %I in database %I set %s', @User, current_database(), o.option)
            from unnest(@comforts) o (option)
            where (o.option not like 'timezone %' or exists (select from pg_timezone_names z where lower(z.name) = lower(@TimeZone)))
              and not exists (
                select from pg_db_role_setting p cross join unnest(p.setconfig) c (setting)
                where p.setrole in (select oid from login union all select 0) and p.setdatabase in (select oid from pg_database where datname = current_database() union all select 0)
                  and lower(split_part(c.setting, '=', 1)) = split_part(o.option, ' ', 1))
            union all
            select 6, format('do %L', format(
                'begin if exists (select from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid where c.relnamespace = %L::pg_catalog.regnamespace '
                'and a.attnum > 0 and a.attname = any (%L::pg_catalog.text[]) and pg_catalog.has_column_privilege(%L, c.oid, a.attnum, %L)) then raise exception %L; end if; end',
                'wechat', @personal, @User, 'select', replace(@User, '%', '%%') || ' would still read personal columns, by a right given to it, to a group of it or to public: take that away first'))
            where not @WantsPii
        ) s (place, statement)
        where s.statement is not null
        order by s.place, s.statement
        """;

    // Whoever is in neither role has its rights from somebody else: they are not ours to take.
    private const string RevokeSql =
        """
        with login as (select r.oid from pg_roles r where r.rolname = @User),
        here as (select d.oid, d.datacl from pg_database d where d.datname = current_database())
        select s.statement
        from (
            select 1, format('revoke %I from %I%s cascade', r.rolname, @User,
                case when current_setting('server_version_num')::int >= 160000 then format(' granted by %I', pg_get_userbyid(m.grantor)) end)
            from pg_auth_members m join login l on l.oid = m.member join pg_roles r on r.oid = m.roleid and r.rolname in (@Analyst, @AnalystPii)
            union all
            select 2, format('revoke connect on database %I from %I', current_database(), @User)
            where exists (select from here h cross join aclexplode(h.datacl) a join login l on l.oid = a.grantee where a.privilege_type = 'CONNECT')
            union all
            select 3, format('alter role %I in database %I reset %s', @User, current_database(), split_part(o.option, ' ', 1))
            from unnest(@limits || @comforts) o (option)
            where exists (
                select from pg_db_role_setting p join login l on l.oid = p.setrole join here h on h.oid = p.setdatabase
                cross join unnest(p.setconfig) c (setting) where lower(split_part(c.setting, '=', 1)) = split_part(o.option, ' ', 1))
        ) s (place, statement)
        where exists (select from pg_auth_members m join login l on l.oid = m.member join pg_roles r on r.oid = m.roleid and r.rolname in (@Analyst, @AnalystPii))
        order by s.place, s.statement
        """;

    /// <summary>Creates the two roles.</summary>
    public static Task<List<string>> ForRolesAsync(Transaction tx, GrantOrder order) => FindAsync(tx, RolesSql, order);

    /// <summary>Gives the two roles their rights to everything there is; the owner of the tables may run them.</summary>
    public static Task<List<string>> ForRightsAsync(Transaction tx, GrantOrder order) => FindAsync(tx, RightsSql, order);

    /// <summary>Creates the login, or puts it into the one role and takes it out of the other.</summary>
    public static Task<List<string>> ForLoginAsync(Transaction tx, GrantOrder order) => FindAsync(tx, LoginSql, order);

    /// <summary>Takes the login out of both roles; empty when it is in neither.</summary>
    public static Task<List<string>> ForRevocationAsync(Transaction tx, GrantOrder order) => FindAsync(tx, RevokeSql, order);

    // PostgreSQL knows the zone by the same name; a quote in it is no reason to run a part of it.
    private static string[] ComfortsIn(string timeZone) =>
        [.. Comforts[..^1], Comforts[^1] + $"'{timeZone.Replace("'", "''", StringComparison.Ordinal)}'"];

    private static Task<List<string>> FindAsync(Transaction tx, string sql, GrantOrder order)
    {
        DynamicParameters parameters = new(order);
        parameters.Add("personal", PersonalColumns);
        parameters.Add("limits", Limits);
        parameters.Add("comforts", ComfortsIn(order.TimeZone));
        parameters.Add("prefixes", AnalystRoleNames.Prefixes);
        return tx.ReadAllAsync<string>(sql, parameters);
    }
}
