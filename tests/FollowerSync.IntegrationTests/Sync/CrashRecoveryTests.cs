using System.Diagnostics.CodeAnalysis;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>The night after PostgreSQL crashed, was promoted, restored or upgraded: what the planner believes of the tables is then wrong or nothing.</summary>
public sealed class CrashRecoveryTests
{
    // A plan that looks into the list once a follower takes a minute; every right one, less than a second.
    private static readonly DatabaseOptions Impatient = new() { StatementTimeout = TimeSpan.FromSeconds(8), Retries = 3 };

    [SuppressMessage("Security", "CA2100", Justification = "Statements of this test.")]
    [Theory]
    [InlineData("crash", "select 1")]
    [InlineData("restore", "set allow_system_table_mods = on; delete from pg_statistic; update pg_class set reltuples = -1, relpages = 0, relallvisible = 0 where relnamespace::regnamespace::text in ('wechat', 'followersync')")]
    [InlineData("old statistics", "analyze followersync.listing_openids; analyze wechat.followers")]
    public async Task A_sync_after_it_has_plans_that_end(string what, string sql)
    {
        await using OwnServer server = await OwnServer.StartAsync(new EmulatorOptions { Followers = 40_000 }, Impatient);
        (await server.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        for (int i = 0; i < 50; i++)
            server.Emulator.Account.Unfollow(server.Emulator.Account.Followers().First().OpenId);
        await server.CrashAsync();
        await server.Postgres.ExecuteAsync(sql);

        SyncRun run = await server.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, $"{what}: {run.Error}");
        run.Unsubscribed.ShouldBe(50);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_in_the_middle_of_a_list_has_it_read_anew_in_the_same_run(bool known)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000, PageSize = 1_000 });
        if (known)
            await account.SyncAsync();
        account.Truth.Unfollow(account.Truth.Followers().First().OpenId);
        account.Emulator.Requests.Clear();

        SyncRun run = await account.SyncAsync(new Emptying(account.Tables));

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Unsubscribed.ShouldBe(known ? 1 : 0);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_run_that_loses_its_list_when_it_is_read_never_calls_itself_complete()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000 });

        SyncRun run = await account.SyncAsync(new Emptying(account.Tables, whenRead: true));

        run.Status.ShouldBe(RunStatus.Partial);
        run.CompleteAsOf.ShouldBeNull();
        run.Error!.ShouldContain("lost the list of this round");
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        await account.ShouldEqualTruthAsync();
    }

    /// <summary>Empties the list once, as a crash does, when a page of it is stored, or when all of it is.</summary>
    private sealed class Emptying(TestDatabase tables, bool whenRead = false) : IProgress<SyncProgress>
    {
        private bool _done;

        public void Report(SyncProgress value)
        {
            if (_done || (whenRead ? value.Listed < 3_000 || value.Merged == 0 : value.Listed is 0 or 3_000))
                return;

            _done = true;
            using Npgsql.NpgsqlCommand truncate = tables.DataSource.CreateCommand("truncate followersync.listing_openids");
            truncate.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task No_index_of_an_unlogged_table_is_reckoned_below_zero_when_a_crash_has_emptied_it()
    {
        await using OwnServer server = await OwnServer.StartAsync(new EmulatorOptions { Followers = 1 }, Impatient);
        await server.CrashAsync();

        string? plan = (string?)await server.Postgres.ReadAsync(
            """
            set enable_seqscan = off;
            explain (format json) select openid from followersync.listing_openids where listing_id = 1 and page = 1
            """);

        plan.ShouldNotBeNull().ShouldNotContain("Cost\": -");
        (await server.Postgres.ReadAsync(
            """
            select string_agg(i.relname || ' is ' || m.amname, ', ')
            from pg_index x join pg_class i on i.oid = x.indexrelid join pg_am m on m.oid = i.relam
            where i.relpersistence = 'u' and m.amname <> 'btree'
            """)).ShouldBe(DBNull.Value);
    }
}
