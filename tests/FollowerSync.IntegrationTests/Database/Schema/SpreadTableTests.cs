using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.Schema;

/// <summary>What <c>db/citus.sql</c> needs of the tables it spreads, and that they stay what they are when they are spread.</summary>
public sealed class SpreadTableTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string Tables = string.Join(", ", SpreadTables.Names.Select(name => $"'{name}'::regclass"));

    [Fact]
    public async Task Every_unique_index_of_a_spread_table_has_the_openid()
    {
        string without = await database.ReadAsync<string>(
            $"""
            select coalesce(string_agg(i.indexrelid::regclass::text, ', '), '')
            from pg_index i
            where i.indrelid in ({Tables}) and (i.indisunique or i.indisexclusion)
              and not exists (select 1 from pg_attribute a where a.attrelid = i.indrelid and a.attname = 'openid' and a.attnum = any((i.indkey::int2[])[0:i.indnkeyatts - 1]))
            """);

        without.ShouldBe("");
    }

    [Fact]
    public async Task No_spread_table_has_triggers_foreign_keys_or_numbers_of_its_own()
    {
        string found = await database.ReadAsync<string>(
            $"""
            select coalesce(string_agg(what, ', '), '')
            from (
                select tgname::text as what from pg_trigger where tgrelid in ({Tables}) and not tgisinternal
                union all
                select conname from pg_constraint where contype = 'f' and (conrelid in ({Tables}) or confrelid in ({Tables}))
                union all
                select attname from pg_attribute where attrelid in ({Tables}) and attidentity <> '') f
            """);

        found.ShouldBe("");
    }

    [Fact]
    public void The_script_makes_every_view_that_has_another_form()
    {
        string[] files = [.. Directory.GetFiles(Repository.PathOf("db/citus")).Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => $"\\ir citus/{name}")];

        File.ReadLines(Repository.PathOf("db/citus.sql")).Where(line => line.StartsWith('\\')).ShouldBe(files);
    }

    [Fact]
    public async Task Without_the_extension_nothing_is_spread_and_it_says_what_to_do()
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => database.ExecuteAsync(SpreadTables.TablesSql));

        refused.MessageText.ShouldContain("The extension citus is not in the database");
        refused.Hint!.ShouldContain("create extension citus");
    }
}
