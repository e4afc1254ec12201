namespace FollowerSync.IntegrationTests.Documents;

/// <summary>A column of a table or view, as the catalog of the database has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, in PostgreSQL's words.</param>
/// <param name="IsKey">Whether it belongs to the primary key.</param>
/// <param name="IsNullable">Whether it may be null; true for every column of a view.</param>
/// <param name="Comment">What it holds.</param>
internal sealed record Column(string Name, string Type, bool IsKey, bool IsNullable, string Comment);
