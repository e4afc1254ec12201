using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>What other people built on our views, and what dropping them would break.</summary>
internal static class ViewDependents
{
    // Views depend through their rule; tables and functions with a column or argument of a view's row type, through that type.
    private const string Sql = """
        with ours as (
            select c.oid, c.reltype
              from followersync.schema_views v cross join unnest(v.names) name
              join pg_class c on c.relname = name and c.relkind = 'v' and c.relnamespace = to_regnamespace('wechat')
        )
        select distinct format('%s %s stands on %s', dependent.type, dependent.identity, view.identity)
          from pg_depend d
          join ours on (d.refclassid = 'pg_class'::regclass and d.refobjid = ours.oid) or (d.refclassid = 'pg_type'::regclass and d.refobjid = ours.reltype)
          left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
         cross join pg_identify_object(case when r.oid is null then d.classid else 'pg_class'::regclass end, coalesce(r.ev_class, d.objid), 0) dependent
         cross join pg_identify_object('pg_class'::regclass, ours.oid, 0) view
         where d.deptype = 'n' and coalesce(r.ev_class, 0) not in (select oid from ours)
         order by 1
        """;

    /// <summary>Each one in words; empty when the views stand alone.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(Sql, cancellationToken: cancellationToken))).AsList();
}
