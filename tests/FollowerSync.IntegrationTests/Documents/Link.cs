namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Rows of one table name a row of another. There are no foreign keys in the database: the names of the columns tell.</summary>
internal sealed record Link(Relation From, Relation To)
{
    /// <summary>Whether every row names one: no column that does so may be null.</summary>
    public bool IsSure => !To.Key.Any(key => From[key.Name].IsNullable);

    /// <summary>The links between the tables, without those that lead where another one leads to.</summary>
    public static IReadOnlyList<Link> Between(IReadOnlyList<Relation> tables)
    {
        // Of tables with the same key the oldest is the one that others name.
        Relation[] named = [.. tables.Where(table => !tables.Any(older => older.Number < table.Number && older.HasSameKeyAs(table)))];
        Link[] all = [.. from table in tables from other in named where table.Names(other) select new Link(table, other)];
        return [.. all.Where(link => !all.Any(first => first.From == link.From && first.IsSure && all.Contains(new Link(first.To, link.To))))];
    }

    /// <summary>A line of a Mermaid diagram: how many rows of the one belong to how many of the other.</summary>
    public override string ToString()
    {
        string one = IsSure ? "||" : "|o";
        string many = From.HasSameKeyAs(To) ? "o|" : "o{";
        return $"{To.Name} {one}--{many} {From.Name} : \"{string.Join(", ", To.Key.Select(key => key.Name))}\"";
    }
}
