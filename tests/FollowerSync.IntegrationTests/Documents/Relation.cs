namespace FollowerSync.IntegrationTests.Documents;

/// <summary>A table or view of the analysts' schema.</summary>
/// <param name="Name">Its name, without the schema.</param>
/// <param name="IsTable">Whether it is a table.</param>
/// <param name="Number">The database's number for it; a later one was created later.</param>
/// <param name="Comment">What it holds.</param>
/// <param name="Columns">Its columns, in their order.</param>
internal sealed record Relation(string Name, bool IsTable, long Number, string Comment, IReadOnlyList<Column> Columns)
{
    public string Kind => IsTable ? "table" : "view";

    /// <summary>The columns of the primary key; none for a view.</summary>
    public IReadOnlyList<Column> Key { get; } = [.. Columns.Where(column => column.IsKey)];

    /// <summary>Whether a row of this table names a row of the other one: it has all columns of the other's key.</summary>
    public bool Names(Relation other) =>
        other.Key.Count > 0 && this != other && other.Key.All(Has) && !(HasSameKeyAs(other) && other.Number > Number);

    public bool HasSameKeyAs(Relation other) => Key.Count == other.Key.Count && other.Key.All(key => Key.Any(own => own.Name == key.Name));

    public Column this[string column] => Columns.Single(own => own.Name == column);

    private bool Has(Column key) => Columns.Any(own => own.Name == key.Name && own.Type == key.Type);
}
