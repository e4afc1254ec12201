using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Database;

/// <summary>What the codes of PostgreSQL and of a pooler before it lead to: whether the transaction is repeated, and what a person is told.</summary>
public sealed class DatabaseFailureTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("08P01", "server_login_retry")]
    [InlineData("08P01", "server login has been failing, try again later (server_login_retry)")]
    [InlineData("08P01", "query_wait_timeout")]
    [InlineData("08P01", "pgbouncer cannot connect to server")]
    [InlineData("08P01", "server conn crashed?")]
    [InlineData("58000", "client_login_timeout (server down)")]
    [InlineData("58000", "words of a version to come")]
    [InlineData("57P01", "terminating connection due to administrator command")]
    [InlineData("57P03", "the database system is starting up")]
    [InlineData("53300", "too many clients already")]
    [InlineData("25006", "cannot execute INSERT in a read-only transaction")]
    [InlineData("XX000", "failure on connection marked as essential: 127.0.0.1:5433")]
    public async Task What_passes_is_repeated_as_a_whole(string sqlState, string words)
    {
        int attempts = 0;

        await database.Open(new DatabaseOptions { Retries = 2 }).RunAsync(
            async tx =>
            {
                if (++attempts == 1)
                    await tx.ExecuteAsync(Raise(sqlState, words));
            },
            default);

        attempts.ShouldBe(2);
    }

    [Theory]
    [InlineData("08P01", "no such database: followers", "pooler")]
    [InlineData("08P01", "unsupported startup parameter: options", "pooler")]
    [InlineData("57014", "canceling statement due to statement timeout", "Database:StatementTimeout")]
    [InlineData("XX001", "invalid page in block 7", "backup")]
    [InlineData("XX002", "index is damaged", "reindex")]
    [InlineData("42P01", "relation does not exist", "followersync check")]
    [InlineData("26000", "prepared statement does not exist", "Max Auto Prepare")]
    public async Task What_only_a_person_or_time_mends_is_not_repeated_and_has_a_remedy(string sqlState, string words, string remedy)
    {
        int attempts = 0;

        DatabaseUnavailableException error = await FailAsync(2, Raise(sqlState, words), () => attempts++);

        attempts.ShouldBe(1);
        error.Remedy.ShouldContain(remedy);
    }

    [Theory]
    [InlineData("53100", "no space left", "Make room")]
    [InlineData("53200", "out of memory", "memory")]
    [InlineData("57P05", "terminating connection due to idle-session timeout", "idle_session_timeout")]
    [InlineData("58030", "could not read block", "disk")]
    [InlineData("55000", "cannot delete from table because it does not have a replica identity", "replica identity")]
    public async Task What_outlasts_the_repeats_has_a_remedy(string sqlState, string words, string remedy) =>
        (await FailAsync(0, Raise(sqlState, words), () => { })).Remedy.ShouldContain(remedy);

    [Fact]
    public async Task A_statement_that_took_too_long_is_named_by_its_table_and_may_pass()
    {
        DatabaseOptions hasty = new() { StatementTimeout = TimeSpan.FromMilliseconds(50), Retries = 2 };

        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(() => database.Open(hasty).RunAsync(
            tx => tx.ExecuteAsync("select pg_sleep(60), 'a value of a person' from (select count(*) from wechat.followers) f"), default));

        error.What.ShouldContain("(select on wechat.followers)");
        error.Message.ShouldContain("Database:StatementTimeout");
        error.Message.ShouldNotContain("a value of a person");
        DatabaseFailure.IsPassing(error).ShouldBeTrue();
    }

    private async Task<DatabaseUnavailableException> FailAsync(int retries, string sql, Action attempted) =>
        await Should.ThrowAsync<DatabaseUnavailableException>(() => database.Open(new DatabaseOptions { Retries = retries }).RunAsync(
            async tx =>
            {
                attempted();
                await tx.ExecuteAsync(sql);
            },
            default));

    private static string Raise(string sqlState, string words) => $"do $$ begin raise exception '{words}' using errcode = '{sqlState}'; end $$";
}
