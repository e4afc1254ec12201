using Npgsql;

namespace FollowerSync.Database;

/// <summary>Where the worker's statements find operators, functions and casts. In a database whose schema <c>public</c> is writable, an analyst
/// could put an operator there that fits better than PostgreSQL's own, and it would run with the worker's rights.</summary>
/// <remarks>Set inside every transaction, since a pooler refuses it at the start of a session and loses it between transactions.</remarks>
internal static class SearchPath
{
    /// <summary>PostgreSQL's own schema alone; temporary tables come last, and no operator or function is ever looked for among them.</summary>
    public const string Pin = "set local search_path = pg_catalog, pg_temp";

    /// <summary>Begins a transaction that finds operators and functions in PostgreSQL's own schema alone.</summary>
    public static async Task<NpgsqlTransaction> BeginPinnedAsync(this NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand pin = new(Pin, connection, transaction);
        await pin.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }
}
