using Dapper;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>The tables of the migrator with <c>followersync.schema_migrations</c> first, and what it says about the scripts of this program.</summary>
internal static class MigrationHistory
{
    // "if not exists" demands the right to create even when everything is there, and fails when two create at the same moment.
    private const string Create = """
        create schema if not exists followersync;
        comment on schema followersync is 'Machinery of FollowerSync; analysts read schema wechat';
        revoke all on schema followersync from public;
        create table if not exists followersync.schema_migrations (
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
        create table if not exists followersync.schema_views (
            one            boolean     primary key default true check (one),
            checksum       text        not null,
            names          text[]      not null,
            schema_version integer     not null,
            made_at        timestamptz not null default now(),
            made_by        text        not null,
            comments       text
        );
        comment on table followersync.schema_views is 'Which views of db/views stand in the database: one row';
        comment on column followersync.schema_views.one is 'Always true, so that there is one row';
        comment on column followersync.schema_views.checksum is 'SHA-256 of all their scripts; empty while they are taken away in the middle of an upgrade';
        comment on column followersync.schema_views.names is 'Names of the views in schema wechat';
        comment on column followersync.schema_views.schema_version is 'Schema version they were made at';
        comment on column followersync.schema_views.made_at is 'When they were made';
        comment on column followersync.schema_views.made_by is 'Version of the program that made them; an older one leaves them alone';
        comment on column followersync.schema_views.comments is 'In which language the schema''s comments were written over those of its scripts, and which text; null = as the scripts have them';
        create table if not exists followersync.kept_view_rights (
            right_id    bigint  generated always as identity primary key,
            view_name   text    not null,
            column_name text,
            privilege   text    not null,
            grantee     text,
            grantable   boolean not null
        );
        comment on table followersync.kept_view_rights is 'Rights on views that are taken away in the middle of an upgrade, to be given back; empty otherwise';
        comment on column followersync.kept_view_rights.right_id is 'Number of the right; without a key, a publication for all tables lets nobody delete from the table';
        comment on column followersync.kept_view_rights.view_name is 'The view';
        comment on column followersync.kept_view_rights.column_name is 'The column; null = the whole view';
        comment on column followersync.kept_view_rights.privilege is 'As PostgreSQL calls it, or OWNER';
        comment on column followersync.kept_view_rights.grantee is 'The role; null = everybody';
        comment on column followersync.kept_view_rights.grantable is 'Whether the role may grant it on';
        """;

    /// <summary>Makes the migrator's own tables where they are missing. Any number of programs may try at once.</summary>
    public static async Task EnsureExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
                if (await ExistsAsync(connection, "kept_view_rights", cancellationToken))
                    return;
                await connection.ExecuteAsync(new CommandDefinition(Create, cancellationToken: cancellationToken));
                await transaction.CommitAsync(cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState
                is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.DuplicateTable)
            {
                // Another program was faster by a moment, and is committed by now.
            }
        }
    }

    public static async Task<IReadOnlyList<AppliedMigration>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, "schema_migrations", cancellationToken))
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
            values (@Version, @Name, @Checksum, @duration, @Own)
            """;
        object row = new { migration.Version, migration.Name, migration.Checksum, duration, ProgramVersion.Own };
        return connection.ExecuteAsync(new CommandDefinition(Insert, row, cancellationToken: cancellationToken));
    }

    /// <summary>Compares what was applied with the scripts of this program and tells what is left to do.</summary>
    /// <exception cref="MigrationException">They contradict each other.</exception>
    public static (int CurrentVersion, IReadOnlyList<Migration> Pending) Compare(IReadOnlyList<AppliedMigration> applied, IReadOnlyList<Migration> migrations)
    {
        AppliedMigration? newest = applied.Count > 0 ? applied[^1] : null;
        if (newest is not null && newest.Version > migrations.Count)
            throw new MigrationException(
                $"The database is at schema version {newest.Version} (applied by FollowerSync {newest.AppliedBy}), but FollowerSync {ProgramVersion.Own} knows versions up to {migrations.Count}.",
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
                    $"The migration {script.Name} was changed after FollowerSync {row.AppliedBy} had applied it{(row.Name == script.Name ? Sentence.Empty : $" under the name {row.Name}")}.",
                    "Put the released text back and write the change as a new migration.");
        }

        return (newest?.Version ?? 0, [.. migrations.Skip(applied.Count)]);
    }

    // Not by to_regclass, which fails when the schema may not be used.
    public static Task<bool> ExistsAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from pg_class where relnamespace = to_regnamespace('followersync') and relname = @table)", new { table }, cancellationToken: cancellationToken));
}
