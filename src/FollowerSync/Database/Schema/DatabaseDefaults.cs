using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Settings that belong to the database and not to its schema: a backup does not have them.</summary>
internal static class DatabaseDefaults
{
    // Compiling the ready views to machine code takes PostgreSQL longer than it saves: 1.4 s of 2.5 for wechat.churn at a million followers. A value
    // that somebody set stays. Of two programs that start at once, one does it; a standby has what its primary has.
    private const string Sql = """
        do $do$
        begin
            if not exists (
                select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase cross join unnest(s.setconfig) c
                where d.datname = current_database() and s.setrole = 0 and c like 'jit=%') then
                execute format('alter database %I set jit = off', current_database());
            end if;
        exception
            when insufficient_privilege then
                raise notice 'The owner of the database should run: alter database % set jit = off', current_database();
            when unique_violation or internal_error or read_only_sql_transaction then
                null;
        end $do$
        """;

    /// <summary>Sets what is missing, where we may.</summary>
    public static async Task SetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }
}
