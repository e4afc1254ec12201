using System.Globalization;
using System.Text;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>The text of <c>docs/cookbook.md</c>, in one of two languages.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Introduction">What stands above the first question.</param>
/// <param name="QuestionOf">The question in its language.</param>
/// <param name="NoRows">What stands for an answer without rows.</param>
/// <param name="MoreRows">What stands below an answer that is cut; {0} = rows in all.</param>
internal sealed record CookbookPage(string Path, string Introduction, Func<Question, string> QuestionOf, string NoRows, string MoreRows)
{
    /// <summary>So many rows of an answer are shown.</summary>
    private const int ShownRows = 10;

    public static CookbookPage English { get; } = new(
        "docs/cookbook.md",
        """
        # Cookbook

        中文：[cookbook.zh-CN.md](cookbook.zh-CN.md)

        Every query of [db/queries](../db/queries) with its answer. A test writes this page; do not edit it.

        The answers are about two invented accounts that opened on 1 April 2026, Brand (wx00000000000000e1) and Shop (wx00000000000000e2). They were
        synced on every second Monday until the end of September and at 03:30 every night since; the queries were asked on 2 November 2026 at
        09:00. Times are Beijing's; an empty cell is null; of a long answer the first ten rows are shown.

        """,
        question => question.English,
        "No rows.",
        "… {0} rows in all.");

    public static CookbookPage SimplifiedChinese { get; } = new(
        "docs/cookbook.zh-CN.md",
        """
        # 查询示例

        English: [cookbook.md](cookbook.md)

        [db/queries](../db/queries) 中的每个查询及其结果。本页由测试生成，请勿手工修改。

        结果来自两个虚构的公众号 Brand（wx00000000000000e1）和 Shop（wx00000000000000e2）：2026 年 4 月 1 日开通，9 月底之前每两周的周一同步一次，此后每天
        凌晨 03:30 同步；查询时间为 2026 年 11 月 2 日 09:00。时间均为北京时间；空单元格表示 null；结果较长时只列出前十行。

        """,
        question => question.Chinese,
        "没有结果。",
        "……共 {0} 行。");

    public string Write(IReadOnlyList<(Question Question, Answer Answer)> answers)
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        page.Append('\n');
        foreach ((Question question, _) in answers)
            page.Append("- [").Append(QuestionOf(question)).Append("](#").Append(question.Name).Append(")\n");
        foreach ((Question question, Answer answer) in answers)
        {
            page.Append("\n<a id=\"").Append(question.Name).Append("\"></a>\n\n## ").Append(QuestionOf(question)).Append("\n\n");
            page.Append('[').Append(question.File).Append("](../").Append(Question.Folder).Append('/').Append(question.File).Append(")\n\n");
            page.Append("```sql\n").Append(question.Sql).Append("\n```\n\n");
            AppendAnswer(page, answer);
        }

        return page.ToString();
    }

    private void AppendAnswer(StringBuilder page, Answer answer)
    {
        if (answer.Rows.Count == 0)
        {
            page.Append(NoRows).Append('\n');
            return;
        }

        page.AppendTable(answer.Columns, answer.Rows.Take(ShownRows).Select(row => row.Select(Markdown.Plain).ToArray()), at => answer.Numbers[at]);
        if (answer.Rows.Count > ShownRows)
            page.Append('\n').AppendFormat(CultureInfo.InvariantCulture, MoreRows, answer.Rows.Count).Append('\n');
    }
}
