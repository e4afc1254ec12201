using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary><c>docs/tables.md</c> tells of a database with all migrations.</summary>
public sealed class TablesPageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_page_of_tables_and_views_is_what_the_catalog_says() =>
        await GeneratedDocument.CheckAsync(TablesPage.Path, TablesPage.Write(await SchemaCatalog.ReadAsync(database.DataSource)));
}
