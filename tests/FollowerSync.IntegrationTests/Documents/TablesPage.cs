using System.Text;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>The text of <c>docs/tables.md</c>, or of its Chinese twin.</summary>
/// <param name="Path">The file.</param>
/// <param name="Introduction">What stands above.</param>
/// <param name="Table">Word for a table.</param>
/// <param name="View">Word for a view.</param>
/// <param name="Stop">What ends a word that stands alone.</param>
/// <param name="Heads">Heads of the columns: name, kind, holds, column, type, key.</param>
/// <param name="Yes">Word in the column of keys.</param>
internal sealed record TablesPage(string Path, string Introduction, string Table, string View, string Stop, string[] Heads, string Yes)
{
    public static readonly TablesPage English = new(
        "docs/tables.md",
        """
        # Tables and views

        Everything in the schema `wechat`, with what the database itself says about it. A test writes this page from a database with all migrations;
        do not edit it.

        A line means that the table at its forked end has the key columns of the other and so speaks of a row of it. These are names that agree, not
        foreign keys: a row may be there before the one it speaks of, or after it is gone.


        """,
        "table", "view", ". ", ["name", "kind", "holds", "column", "type", "key"], "yes");

    public static readonly TablesPage Chinese = new(
        "docs/tables.zh-CN.md",
        """
        # 表和视图

        English: [tables.md](tables.md)

        `wechat` 模式（schema）中的全部内容，以及数据库本身的说明（`Analysts:Language` 为 `zh-CN` 时）。本页由测试根据执行了全部迁移的数据库生成，请勿手工修改。

        连线表示：分叉一端的表含有另一端的主键字段，因而说的是其中的一行。这只是名称一致，不是外键：一行可以早于它所说的那一行出现，也可以在其消失之后仍然存在。


        """,
        "表", "视图", "。", ["名称", "种类", "内容", "字段", "类型", "主键"], "是");

    public string Write(IReadOnlyList<Relation> relations)
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        Relation[] tables = [.. relations.Where(relation => relation.IsTable)];
        page.Append("```mermaid\nerDiagram\n");
        foreach (Link link in Link.Between(tables).OrderBy(link => link.ToString(), StringComparer.Ordinal))
            page.Append("    ").Append(link).Append('\n');
        foreach (Relation table in tables)
            AppendBox(page, table);
        page.Append("```\n\n");

        page.AppendTable(Heads[..3], relations.Select(relation => new[] { $"[{relation.Name}](#{relation.Name})", relation.IsTable ? Table : View, Markdown.Plain(relation.Comment) }));
        foreach (Relation relation in tables.Concat(relations.Where(relation => !relation.IsTable)))
            AppendColumns(page, relation);
        return page.ToString();
    }

    private static void AppendBox(StringBuilder page, Relation table)
    {
        page.Append("    ").Append(table.Name).Append(" {\n");
        foreach (Column column in table.Columns)
        {
            // Mermaid takes no blank in a type.
            string type = column.Type.Replace(' ', '_');
            page.Append("        ").Append(type).Append(' ').Append(column.Name).Append(column.IsKey ? " PK" : "").Append('\n');
        }

        page.Append("    }\n");
    }

    private void AppendColumns(StringBuilder page, Relation relation)
    {
        page.Append("\n## ").Append(relation.Name).Append("\n\n");
        page.Append(Capital(relation.IsTable ? Table : View)).Append(Stop).Append(Markdown.Plain(relation.Comment)).Append("\n\n");
        page.AppendTable(
            relation.IsTable ? [Heads[3], Heads[4], Heads[5], Heads[2]] : [Heads[3], Heads[4], Heads[2]],
            relation.Columns.Select(column => relation.IsTable
                ? new[] { $"`{column.Name}`", Markdown.Plain(column.Type), column.IsKey ? Yes : "", Markdown.Plain(column.Comment) }
                : [$"`{column.Name}`", Markdown.Plain(column.Type), Markdown.Plain(column.Comment)]));
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
