using Npgsql;

namespace FollowerSync.Database;

/// <summary>How the big tables lie: each as one table, or spread by openid over nodes (Citus, <c>db/citus.sql</c>) or partitions. Looked up once, since nobody
/// spreads tables while a worker writes them.</summary>
internal sealed class TableLayout
{
    // By the catalogue: a login without rights in the schema is to be told of them, and not of this. With every name in full, since no transaction has set the search path yet.
    private const string IsSpreadSql =
        """
        select exists (select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
            where n.nspname operator(pg_catalog.=) 'wechat' and c.relname operator(pg_catalog.=) 'followers' and c.relkind operator(pg_catalog.=) 'p')
            or exists (select 1 from pg_catalog.pg_extension where extname operator(pg_catalog.=) 'citus')
        """;

    private bool? _isSpread;

    /// <summary>Whether they are spread: a row is then known by its key alone, and not by its place. To be asked before a transaction begins: the first statement of one may choose
    /// its isolation.</summary>
    public async ValueTask<bool> IsSpreadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isSpread is { } known)
            return known;

        await using NpgsqlCommand command = new(IsSpreadSql, connection);
        bool isSpread = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        _isSpread = isSpread;
        return isSpread;
    }
}
