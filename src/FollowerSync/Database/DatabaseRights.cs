namespace FollowerSync.Database;

/// <summary>What the worker's user has to be allowed in the database.</summary>
internal static class DatabaseRights
{
    private const string Sql =
        """
        select format('%s on %s', upper(p.name), c.oid::regclass)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        cross join unnest(array['select', 'insert', 'update', 'delete']) with ordinality as p (name, place)
        where n.nspname in ('wechat', 'followersync', 'quartz') and c.relkind in ('r', 'p')
          and not (has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, p.name))
        union all
        select format('TEMPORARY on database %I', current_database()) where not has_database_privilege(current_database(), 'temporary')
        """;

    private const string SharedScheduleSql =
        """
        select exists (select from pg_class where relnamespace = to_regnamespace('quartz') and relname = 'qrtz_locks') as is_there,
               coalesce(
                   has_schema_privilege(to_regnamespace('quartz'), 'usage') and has_schema_privilege(to_regnamespace('quartz'), 'create'),
                   has_database_privilege(current_database(), 'create')) as may_create
        """;

    private const string OpenSchemasSql =
        """
        select format('%I', n.nspname)
        from pg_namespace n
        cross join aclexplode(n.nspacl) a
        where a.grantee = 0 and a.privilege_type = 'CREATE'
        order by 1
        """;

    /// <summary>Whether the server has the data of time zones that db/queries name.</summary>
    public static Task<bool> KnowsTimeZonesAsync(FollowerDatabase database, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ReadAsync<bool>("select exists (select from pg_timezone_names where name = 'Asia/Shanghai')"), cancellationToken);

    /// <summary>Whether the tables of a schedule that nodes share are there, and whether the worker may create them.</summary>
    public static Task<(bool AreThere, bool MayCreate)> FindSharedScheduleAsync(FollowerDatabase database, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAsync<(bool, bool)>(SharedScheduleSql), cancellationToken);

    /// <summary>Schemas in which everybody may create, as <c>public</c> is on servers that were upgraded from PostgreSQL 14.</summary>
    public static Task<IReadOnlyList<string>> FindOpenSchemasAsync(FollowerDatabase database, CancellationToken cancellationToken) =>
        ReadAsync(database, OpenSchemasSql, cancellationToken);

    /// <summary>What lacks, in words; empty when the worker can do its work. Needs the schema.</summary>
    public static Task<IReadOnlyList<string>> FindMissingAsync(FollowerDatabase database, CancellationToken cancellationToken) =>
        ReadAsync(database, Sql, cancellationToken);

    private static Task<IReadOnlyList<string>> ReadAsync(FollowerDatabase database, string sql, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<string>>(
            async tx => await tx.ReadAllAsync<string>(sql),
            cancellationToken);
}
