using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Database.Schema;

/// <summary>Logical replication: under a publication, only rows that have a key can be changed or deleted.</summary>
public sealed class KeysTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Every_logged_table_has_a_primary_key() => (await database.ReadAsync<string[]>(
        """
        select coalesce(array_agg(c.oid::regclass::text), array[]::text[])
        from pg_class c
        where c.relnamespace in ('wechat'::regnamespace, 'followersync'::regnamespace) and c.relkind = 'r' and c.relpersistence = 'p'
          and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
        """)).ShouldBeEmpty();

    [Fact]
    public async Task Under_a_publication_for_all_tables_a_sync_gets_through_a_token_fight_and_leavers()
    {
        await using OwnServer server = await OwnServer.StartAsync(new EmulatorOptions { Followers = 2_500, PageSize = 1_000, TokenOverlap = TimeSpan.FromMilliseconds(1) }, new DatabaseOptions(), "wal_level = logical");
        await server.Postgres.ExecuteAsync("create publication everything for all tables");
        (await server.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        server.Emulator.Account.Unfollow(server.Emulator.Account.Followers().First().OpenId);
        server.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.InvalidateToken, Path = "/cgi-bin/user/info/batchget", Call = 10 });

        SyncRun run = await server.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.TokenRefreshes.ShouldBeGreaterThan(0);
        run.Unsubscribed.ShouldBe(1);
    }
}
