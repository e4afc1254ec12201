using Npgsql;

namespace FollowerSync.Database;

/// <summary>How the big tables lie: each as one table, or spread by openid over nodes (Citus, <c>db/citus.sql</c>) or partitions. Looked up once, since nobody
/// spreads tables while a worker writes them.</summary>
internal sealed class TableLayout
{
    private const string IsSpreadSql =
        """
        select exists (select 1 from pg_class where oid = to_regclass('wechat.followers') and relkind = 'p') or exists (select 1 from pg_extension where extname = 'citus')
        """;

    private bool? _isSpread;

    /// <summary>Whether they are spread: a row is then known by its key alone, and not by its place.</summary>
    public async ValueTask<bool> IsSpreadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (_isSpread is { } known)
            return known;

        await using NpgsqlCommand command = new(IsSpreadSql, connection, transaction);
        bool isSpread = (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        _isSpread = isSpread;
        return isSpread;
    }
}
