using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Takes the views away and makes them anew, within the transaction of the caller.</summary>
internal sealed class ViewMaker(ViewSet views)
{
    /// <summary>Drops the views that stand there, whichever program made them, and keeps their rights. Does nothing when none do.</summary>
    /// <exception cref="MigrationException">Something of somebody else stands on them: it is named, and nothing is dropped.</exception>
    public static async Task DropAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> dependents = await ViewDependents.FindAsync(connection, cancellationToken);
        if (dependents.Count > 0)
            throw MigrationFailure.InTheWay(dependents);

        const string List = """
            select string_agg(format('wechat.%I', c.relname), ', ')
              from followersync.schema_views v cross join unnest(v.names) name
              join pg_class c on c.relname = name and c.relkind = 'v' and c.relnamespace = to_regnamespace('wechat')
            """;
        string? names = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(List, cancellationToken: cancellationToken));
        if (names is null)
            return;

        await ViewRights.KeepAsync(connection, cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"drop view {names}; update followersync.schema_views set checksum = '', names = '{{}}'", commandTimeout: 0, cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw MigrationFailure.InTheWay([exception.MessageText]);
        }
    }

    /// <summary>Makes the views and gives them the rights that those before them had.</summary>
    /// <exception cref="MigrationException">A script failed; it is named with its line.</exception>
    public async Task MakeAsync(NpgsqlConnection connection, int schemaVersion, CancellationToken cancellationToken)
    {
        foreach (ViewScript script in views.Scripts)
        {
            await ScriptRun.RunAsync(connection, $"db/views/{script.Name}", script.Sql, inTransaction: true, cancellationToken);
            if (!await ExistsAsync(connection, script, cancellationToken))
                throw MigrationFailure.NotTheView(script);
        }

        await ViewRights.GiveBackAsync(connection, cancellationToken);
        const string Upsert = """
            insert into followersync.schema_views (checksum, names, schema_version, made_by)
            values (@Checksum, @names, @schemaVersion, @ProgramVersion)
            on conflict (one) do update
                set checksum = excluded.checksum, names = excluded.names, schema_version = excluded.schema_version, made_by = excluded.made_by, made_at = now(), comments = null
            """;
        object row = new { views.Checksum, names = views.Scripts.Select(script => script.View).ToArray(), schemaVersion, views.ProgramVersion };
        await connection.ExecuteAsync(new CommandDefinition(Upsert, row, cancellationToken: cancellationToken));
    }

    private static Task<bool> ExistsAsync(NpgsqlConnection connection, ViewScript script, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from pg_class where relnamespace = to_regnamespace('wechat') and relname = @View and relkind = 'v')", new { script.View }, cancellationToken: cancellationToken));
}
