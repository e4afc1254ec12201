using FollowerSync.Database.Schema;

namespace FollowerSync.Tests.Database.Schema;

public sealed class MigrationsTests
{
    [Fact]
    public void Scripts_are_put_in_order() =>
        Migrations.InOrder([Script("0002_b.sql"), Script("0001_a.sql")]).Select(one => one.Version).ShouldBe([1, 2]);

    [Fact]
    public void A_gap_names_the_missing_version() =>
        Should.Throw<MigrationException>(() => Migrations.InOrder([Script("0001_a.sql"), Script("0003_c.sql")]))
            .Message.ShouldContain("0002 is missing before 0003_c.sql");

    [Fact]
    public void A_version_that_is_there_twice_names_both() =>
        Should.Throw<MigrationException>(() => Migrations.InOrder([Script("0001_a.sql"), Script("0001_b.sql")]))
            .Message.ShouldContain("0001_a.sql and 0001_b.sql have the same version");

    [Theory]
    [InlineData("1_a.sql")]
    [InlineData("0001-a.sql")]
    [InlineData("readme.sql")]
    public void A_name_without_a_version_is_refused(string name) => Should.Throw<MigrationException>(() => Script(name));

    [Fact]
    public void No_script_makes_an_unlogged_table_in_a_transaction_that_may_be_rolled_back() =>
        Migrations.Embedded().Where(script => script.Sql.Contains("unlogged table", StringComparison.Ordinal)).ShouldAllBe(script => script.OutsideTransaction);

    [Theory]
    [InlineData("people.sql")]
    [InlineData("1_people.sql")]
    [InlineData("01-people.sql")]
    public void A_view_script_that_does_not_tell_its_place_and_view_is_refused(string name) => Should.Throw<MigrationException>(() => ViewScript.Parse(name, "select 1"));

    [Fact]
    public void Every_view_script_of_the_program_makes_its_view_and_no_other()
    {
        ViewSet views = ViewSet.Embedded();

        views.Scripts.ShouldNotBeEmpty();
        views.Scripts.ShouldAllBe(script => System.Text.RegularExpressions.Regex.Count(script.Sql, "create ") == 1 && script.Sql.Contains($"create view wechat.{script.View} as"));
    }

    [Fact]
    public void The_scripts_of_the_program_are_in_order() => Should.NotThrow(Migrations.Embedded);

    [Fact]
    public void An_old_server_is_refused_with_both_versions()
    {
        MigrationException error = Should.Throw<MigrationException>(() => Migrator.RequireServer(new Version(14, 3), "UTF8"));

        error.Message.ShouldContain("PostgreSQL 14.3");
        error.Message.ShouldContain("15 or newer");
    }

    [Fact]
    public void A_script_is_split_at_semicolons_outside_quotes_and_comments()
    {
        const string Script = """
            -- a; comment
            select 'a;''b' as "c;d";

            /* another; one */ do $$ begin perform 1; end $$;
            select E'it\';s', $x$ ; $$ ; $x$, 3-2/1
            """;

        SqlScript.Split(Script).Select(statement => (statement.Line, statement.Text)).ShouldBe([
            (2, "select 'a;''b' as \"c;d\""),
            (4, "do $$ begin perform 1; end $$"),
            (5, "select E'it\\';s', $x$ ; $$ ; $x$, 3-2/1"),
        ]);
    }

    private static Migration Script(string name) => Migration.Parse(name, "select 1");
}
