using System.Text;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>The text of <c>docs/tables.md</c>.</summary>
internal static class TablesPage
{
    public const string Path = "docs/tables.md";

    private const string Introduction =
        """
        # Tables and views

        Everything in the schema `wechat`, with what the database itself says about it. A test writes this page from a database with all migrations;
        do not edit it.

        A line means that the table at its forked end has the key columns of the other and so speaks of a row of it. These are names that agree, not
        foreign keys: a row may be there before the one it speaks of, or after it is gone.


        """;

    public static string Write(IReadOnlyList<Relation> relations)
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        Relation[] tables = [.. relations.Where(relation => relation.IsTable)];
        page.Append("```mermaid\nerDiagram\n");
        foreach (Link link in Link.Between(tables).OrderBy(link => link.ToString(), StringComparer.Ordinal))
            page.Append("    ").Append(link).Append('\n');
        foreach (Relation table in tables)
            AppendBox(page, table);
        page.Append("```\n\n");

        page.AppendTable(["name", "kind", "holds"], relations.Select(relation => new[] { $"[{relation.Name}](#{relation.Name})", relation.Kind, Markdown.Plain(relation.Comment) }));
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

    private static void AppendColumns(StringBuilder page, Relation relation)
    {
        page.Append("\n## ").Append(relation.Name).Append("\n\n");
        page.Append(relation.IsTable ? "Table. " : "View. ").Append(Markdown.Plain(relation.Comment)).Append("\n\n");
        page.AppendTable(
            relation.IsTable ? ["column", "type", "key", "holds"] : ["column", "type", "holds"],
            relation.Columns.Select(column => relation.IsTable
                ? new[] { $"`{column.Name}`", Markdown.Plain(column.Type), column.IsKey ? "yes" : "", Markdown.Plain(column.Comment) }
                : [$"`{column.Name}`", Markdown.Plain(column.Type), Markdown.Plain(column.Comment)]));
    }
}
