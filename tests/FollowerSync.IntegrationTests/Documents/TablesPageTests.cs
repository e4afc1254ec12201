using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary><c>docs/tables.md</c> and its Chinese twin tell of a database with all migrations.</summary>
public sealed class TablesPageTests
{
    [Fact]
    public async Task The_page_of_tables_and_views_is_what_the_catalog_says_in_either_language()
    {
        // Made here: where the other tests' tables are parted by openid, they stand in another order.
        await using TestDatabase database = await TestDatabase.CreateEmptyAsync();
        foreach ((TablesPage page, SchemaComments? comments) in new[] { (TablesPage.English, null), (TablesPage.Chinese, SchemaComments.Embedded(LanguageCode.Chinese)) })
        {
            await new Migrator(database.DataSource, Migrations.Embedded(), ViewSet.Embedded(comments), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
            await GeneratedDocument.CheckAsync(page.Path, page.Write(await SchemaCatalog.ReadAsync(database.DataSource)));
        }
    }
}
