using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Runs the statements of a script one by one, so that a failing one can be placed.</summary>
internal static class ScriptRun
{
    /// <exception cref="MigrationException">A statement failed; script, line and SQLSTATE are named.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, string name, string sql, bool inTransaction, CancellationToken cancellationToken)
    {
        foreach (SqlScript.Statement statement in SqlScript.Split(sql))
        {
            try
            {
                await using NpgsqlCommand command = new(statement.Text, connection) { CommandTimeout = 0 };
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException exception)
            {
                throw MigrationFailure.Explain(name, inTransaction, statement.LineAt(exception.Position), exception);
            }
        }
    }
}
