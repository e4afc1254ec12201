using System.Reflection;
using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>The table <c>followersync.schema_migrations</c>, and what it says about the scripts of this program.</summary>
internal static class MigrationHistory
{
    private static readonly string ProgramVersion =
        typeof(MigrationHistory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    // Looks before it creates: "if not exists" alone demands the right to create even when everything is there.
    public static async Task EnsureExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(connection, cancellationToken))
            return;

        const string Create = """
            create schema if not exists followersync;
            comment on schema followersync is 'Machinery of FollowerSync; analysts read schema wechat';
            create table followersync.schema_migrations (
                version    integer     primary key,
                name       text        not null,
                checksum   text        not null,
                applied_at timestamptz not null default now(),
                duration   interval    not null,
                applied_by text        not null
            );
            comment on table followersync.schema_migrations is 'One row for each applied script of db/migrations';
            comment on column followersync.schema_migrations.version is 'Number in front of the script''s name';
            comment on column followersync.schema_migrations.name is 'File name of the script';
            comment on column followersync.schema_migrations.checksum is 'SHA-256 of the script with line ends normalised to LF';
            comment on column followersync.schema_migrations.applied_at is 'When the script was applied';
            comment on column followersync.schema_migrations.duration is 'How long the script took';
            comment on column followersync.schema_migrations.applied_by is 'Version of the program that applied the script';
            """;
        await connection.ExecuteAsync(new CommandDefinition(Create, cancellationToken: cancellationToken));
    }

    public static async Task<IReadOnlyList<AppliedMigration>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, cancellationToken))
            return [];

        const string Select = """
            select version, name, checksum, applied_by as appliedby
              from followersync.schema_migrations
             order by version
            """;
        return [.. await connection.QueryAsync<AppliedMigration>(new CommandDefinition(Select, cancellationToken: cancellationToken))];
    }

    public static Task AddAsync(NpgsqlConnection connection, Migration migration, TimeSpan duration, CancellationToken cancellationToken)
    {
        const string Insert = """
            insert into followersync.schema_migrations (version, name, checksum, duration, applied_by)
            values (@Version, @Name, @Checksum, @duration, @ProgramVersion)
            """;
        object row = new { migration.Version, migration.Name, migration.Checksum, duration, ProgramVersion };
        return connection.ExecuteAsync(new CommandDefinition(Insert, row, cancellationToken: cancellationToken));
    }

    /// <summary>Compares what was applied with the scripts of this program and tells what is left to do.</summary>
    /// <exception cref="MigrationException">They contradict each other.</exception>
    public static MigrationStatus Compare(IReadOnlyList<AppliedMigration> applied, IReadOnlyList<Migration> migrations)
    {
        AppliedMigration? newest = applied.Count > 0 ? applied[^1] : null;
        if (newest is not null && newest.Version > migrations.Count)
            throw new MigrationException(
                $"The database is at schema version {newest.Version} (applied by FollowerSync {newest.AppliedBy}), but FollowerSync {ProgramVersion} knows versions up to {migrations.Count}.",
                "Upgrade this program, or restore a backup from before the upgrade; there is no way back by itself.");

        for (int index = 0; index < applied.Count; index++)
        {
            AppliedMigration row = applied[index];
            Migration script = migrations[index];
            if (row.Version != script.Version)
                throw new MigrationException(
                    $"The database says that {row.Name} was applied, but not {script.Name}, which comes before it.",
                    "A row of followersync.schema_migrations was removed by hand: put it back, or restore a backup.");
            if (row.Checksum != script.Checksum)
                throw new MigrationException(
                    $"The migration {script.Name} was changed after FollowerSync {row.AppliedBy} had applied it{(row.Name == script.Name ? "" : $" under the name {row.Name}")}.",
                    "Put the released text back and write the change as a new migration.");
        }

        return new MigrationStatus(newest?.Version ?? 0, [.. migrations.Skip(applied.Count)]);
    }

    private static Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select to_regclass('followersync.schema_migrations') is not null", cancellationToken: cancellationToken));
}
