using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary><c>docs/cookbook.md</c> and its Chinese twin have every query of <c>db/queries</c> with its answer.</summary>
public sealed class CookbookPageTests(ExampleAccounts accounts) : IClassFixture<ExampleAccounts>
{
    /// <summary>Other ways to work out the same answer, in which rows that the query leaves unordered come in another order.</summary>
    private static readonly string[] OtherWays =
    [
        "set local jit = off; set local enable_hashagg = off; set local enable_hashjoin = off; set local enable_seqscan = off",
        "set local jit = off; set local enable_sort = off; set local enable_incremental_sort = off; set local enable_mergejoin = off",
    ];

    public static TheoryData<string> Files() => [.. Question.ReadAll().Select(question => question.File)];

    [Fact]
    public async Task The_cookbook_shows_what_every_query_answers()
    {
        List<(Question, Answer)> answers = [];
        foreach (Question question in Question.ReadAll())
            answers.Add((question, await Answer.AskAsync(accounts.Tables.DataSource, question.Sql)));

        await GeneratedDocument.CheckAsync(CookbookPage.English.Path, CookbookPage.English.Write(answers));
        await GeneratedDocument.CheckAsync(CookbookPage.SimplifiedChinese.Path, CookbookPage.SimplifiedChinese.Write(answers));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_query_leaves_the_order_of_no_rows_open(string file)
    {
        string sql = Question.ReadAll().Single(question => question.File == file).Sql;

        string[] rows = [.. await RowsAsync(sql, "")];

        foreach (string way in OtherWays)
            (await RowsAsync(sql, way)).ShouldBe(rows, "Name more columns in its order by.");
    }

    [Fact]
    public async Task The_views_as_Citus_takes_them_answer_what_the_others_do()
    {
        await using NpgsqlConnection connection = await accounts.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction rolledBack = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, OddPeople.Sql);
        Dictionary<string, string[]> answers = await ViewAnswers.ReadAsync(connection);
        await ExecuteAsync(connection, SpreadTables.ViewsSql);

        foreach ((string view, string[] rows) in await ViewAnswers.ReadAsync(connection))
        {
            answers[view].Except(rows).Take(2).Concat(rows.Except(answers[view]).Take(2)).ShouldBeEmpty(view);
            rows.Length.ShouldBe(answers[view].Length, view);
            rows.ShouldNotBeEmpty(view);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<IEnumerable<string>> RowsAsync(string sql, string settings) =>
        (await Answer.AskAsync(accounts.Tables.DataSource, sql, settings)).Rows.Select(row => string.Join('|', row));
}
