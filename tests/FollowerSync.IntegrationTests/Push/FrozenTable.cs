using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>Holds the inbox locked: the database answers, but stores nothing.</summary>
internal sealed class FrozenTable : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private FrozenTable(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<FrozenTable> LockAsync(TestDatabase database)
    {
        NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync();
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand command = new("lock table followersync.arrivals in access exclusive mode", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return new FrozenTable(connection, transaction);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.RollbackAsync();
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
