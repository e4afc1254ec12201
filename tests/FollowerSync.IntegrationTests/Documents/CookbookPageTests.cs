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

    private async Task<IEnumerable<string>> RowsAsync(string sql, string settings) =>
        (await Answer.AskAsync(accounts.Tables.DataSource, sql, settings)).Rows.Select(row => string.Join('|', row));
}
