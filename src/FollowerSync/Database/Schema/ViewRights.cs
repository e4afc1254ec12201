using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Keeps who owns our views and who may do what with them, and gives it back to the views that were made anew.</summary>
internal static class ViewRights
{
    private const string Keep = """
        insert into followersync.kept_view_rights (view_name, column_name, privilege, grantee, grantable)
        with ours as (
            select c.oid, c.relname, c.relowner, c.relacl
              from followersync.schema_views v cross join unnest(v.names) name
              join pg_class c on c.relname = name and c.relkind = 'v' and c.relnamespace = to_regnamespace('wechat')
        )
        select relname, null, 'OWNER', pg_get_userbyid(relowner), false from ours
        union all
        select o.relname, null, a.privilege_type, r.rolname, a.is_grantable
          from ours o cross join aclexplode(o.relacl) a left join pg_roles r on r.oid = a.grantee
         where a.grantee <> o.relowner
        union all
        select o.relname, t.attname, a.privilege_type, r.rolname, a.is_grantable
          from ours o join pg_attribute t on t.attrelid = o.oid cross join aclexplode(t.attacl) a left join pg_roles r on r.oid = a.grantee
         where a.grantee <> o.relowner
        """;

    // What default privileges gave to a view that was there before goes first, since nobody may have more than before. The owner changes last: the
    // rights of all others are then as that owner granted them.
    private const string GiveBack = """
        with remade as (
            select c.oid, c.relname, c.relowner, c.relacl, pg_get_userbyid(c.relowner) as owner
              from pg_class c
             where c.relkind = 'v' and c.relnamespace = to_regnamespace('wechat') and c.relname in (select view_name from followersync.kept_view_rights)
        ), statements as (
            select 1 as place, format('revoke all on wechat.%I from %s', v.relname, coalesce(quote_ident(r.rolname), 'public')) as sql
              from remade v cross join aclexplode(v.relacl) a left join pg_roles r on r.oid = a.grantee
             where a.grantee <> v.relowner
            union all
            select 2, format('grant %s%s on wechat.%I to %s%s', k.privilege, ' (' || quote_ident(k.column_name) || ')', v.relname,
                             coalesce(quote_ident(k.grantee), 'public'), case when k.grantable then ' with grant option' end)
              from followersync.kept_view_rights k
              join remade v on v.relname = k.view_name
             where k.privilege <> 'OWNER' and (k.grantee is null or exists (select from pg_roles where rolname = k.grantee))
               and (k.column_name is null or exists (select from pg_attribute where attrelid = v.oid and attname = k.column_name and attnum > 0))
            union all
            select 3, format('alter view wechat.%I owner to %I', v.relname, k.grantee)
              from followersync.kept_view_rights k
              join remade v on v.relname = k.view_name
             where k.privilege = 'OWNER' and k.grantee <> v.owner and exists (select from pg_roles where rolname = k.grantee)
        )
        select sql from statements group by place, sql order by place, sql
        """;

    public static Task KeepAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(Keep, cancellationToken: cancellationToken));

    public static async Task GiveBackAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        IEnumerable<string> statements = await connection.QueryAsync<string>(new CommandDefinition(GiveBack, cancellationToken: cancellationToken));
        foreach (string statement in statements.AsList())
            await connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("delete from followersync.kept_view_rights", cancellationToken: cancellationToken));
    }
}
