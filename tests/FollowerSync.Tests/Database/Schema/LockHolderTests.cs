using FollowerSync.Database;
using FollowerSync.Database.Schema;

namespace FollowerSync.Tests.Database.Schema;

public sealed class LockHolderTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Tells_who_it_is_since_when_and_what_was_asked_last() =>
        new LockHolder(7, "anna", "psql", Noon, "select 1").ToString()
            .ShouldBe("session 7 of user \"anna\", application \"psql\", in a transaction since 2026-01-01 12:00:00 UTC, newest statement: select 1");

    [Theory]
    [InlineData("alter role anna password 'secret'", "alter role anna password …")]
    [InlineData("do $x$ secret $x$", "do …")]
    [InlineData("select\n\t1;\u001b[2J\u202e--", "select 1; [2J --")]
    [InlineData("select a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u", "select a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r,…")]
    public void Shows_no_literal_no_control_sign_and_only_the_beginning_of_a_statement(string query, string shown) =>
        new LockHolder(7, "anna", null, Noon, query).ToString().ShouldEndWith($"newest statement: {shown}");

    [Fact]
    public void Says_so_when_the_server_hides_it() =>
        new LockHolder(7, "anna", "psql", Since: null, Query: null).ToString().ShouldContain("hidden from this database user");

    [Fact]
    public void A_prepared_transaction_has_no_process_to_end()
    {
        LockHolder prepared = new(0, User: null, Application: null, Since: null, Query: null);

        prepared.ToString().ShouldContain("pg_prepared_xacts");
        LockHolder.HowToEnd([prepared]).ShouldNotContain("pg_terminate_backend");
    }

    [Theory]
    [InlineData("00:00:01")]
    [InlineData("00:00:30")]
    [InlineData("00:10:00")]
    public void With_any_setting_it_is_named_within_thirty_seconds(string lockTimeout) =>
        MigrationWaits.From(new DatabaseOptions { LockTimeout = TimeSpan.Parse(lockTimeout, System.Globalization.CultureInfo.InvariantCulture) })
            .Look.ShouldBeLessThan(TimeSpan.FromSeconds(10));
}
