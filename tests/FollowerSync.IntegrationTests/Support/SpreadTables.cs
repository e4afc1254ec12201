using System.Text.RegularExpressions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>The tables that <c>db/citus.sql</c> spreads by openid, and a stand-in for Citus: the same tables as partitions by the hash of openid.</summary>
internal static partial class SpreadTables
{
    // Taken from the catalogue, so that a migration changes both kinds at once. The partitions stand in a schema of their own, where nobody lists them.
    private const string PartitionSql =
        """
        do $$
        declare
            big constant text[] := array[{0}];
            spread text;
            parts constant int := 4;
            kind "char";
            note text;
            made_of text[];
            statement text;
        begin
            create schema partitions;
            foreach spread in array big loop
                select relpersistence, obj_description(oid) into kind, note from pg_class where oid = spread::regclass;
                select array(
                    select coalesce('alter table ' || spread || ' add constraint ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid))
                    from pg_index i
                    left join pg_constraint c on c.conindid = i.indexrelid
                    where i.indrelid = spread::regclass) into made_of;
                execute format('create table partitions.whole (like %s including all excluding indexes) partition by hash (openid)', spread);
                execute format('drop table %s cascade', spread);
                execute format('alter table partitions.whole set schema %I', split_part(spread, '.', 1));
                execute format('alter table %I.whole rename to %I', split_part(spread, '.', 1), split_part(spread, '.', 2));
                for part in 0 .. parts - 1 loop
                    execute format('create %s table partitions.%I partition of %s for values with (modulus %s, remainder %s)',
                        case kind when 'u' then 'unlogged' else '' end, split_part(spread, '.', 2) || '_' || part, spread, parts, part);
                end loop;
                foreach statement in array made_of loop
                    execute statement;
                end loop;
                execute format('comment on table %s is %L', spread, note);
            end loop;
            delete from followersync.schema_views;
            for statement in select format('drop view if exists wechat.%I cascade', c.relname) from pg_class c where c.relnamespace = 'wechat'::regnamespace and c.relkind = 'v' loop
                execute statement;
            end loop;
        end $$
        """;

    /// <summary>Their names, with schemas.</summary>
    public static IReadOnlyList<string> Names { get; } = [..
        TableName().Matches(File.ReadLines(Repository.PathOf("db/citus.sql")).Single(line => line.Contains("big constant", StringComparison.Ordinal))).Select(m => m.Groups["name"].Value)];

    /// <summary>The first part of the script, which spreads the tables.</summary>
    public static string TablesSql { get; } = File.ReadAllText(Repository.PathOf("db/citus.sql")).Split("\nbegin;", 2)[0];

    /// <summary>The second part: the views that stand there in another form, in their order.</summary>
    public static string ViewsSql { get; } = string.Concat(
        IncludedFile().Matches(File.ReadAllText(Repository.PathOf("db/citus.sql"))).Select(m => File.ReadAllText(Repository.PathOf($"db/{m.Groups["file"].Value}"))));

    private static readonly AsyncLocal<bool> InThisTest = new();

    /// <summary>Whether the databases of this test, or of the whole run (<c>eng/test.sh --partitioned</c>), are to have them parted.</summary>
    public static bool AreAskedFor => InThisTest.Value || Environment.GetEnvironmentVariable("FOLLOWERSYNC_TEST_PARTITIONED") is { Length: > 0 };

    /// <summary>Runs a test in databases that have them parted.</summary>
    public static async Task AskForAsync(Func<Task> test)
    {
        InThisTest.Value = true;
        await test();
    }

    /// <summary>Makes the tables, which are empty, anew as partitions. The views are gone then: the migrator makes them again, before their other forms take their places.</summary>
    public static async Task PartitionAsync(NpgsqlDataSource database)
    {
        string names = string.Join(", ", Names.Select(name => $"'{name}'"));
        await using NpgsqlCommand command = database.CreateCommand(PartitionSql.Replace("{0}", names, StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex("'(?<name>[a-z]+\\.[a-z_]+)'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex TableName();

    [GeneratedRegex(@"^\\ir (?<file>citus/[0-9]{2}_[a-z_]+\.sql)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Multiline, 1_000)]
    private static partial Regex IncludedFile();
}
