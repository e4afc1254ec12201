using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using Npgsql;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>When PostgreSQL fails a merge is repeated as a whole or the run ends with the reason: never half a merge, never a run that hangs.</summary>
public sealed class DatabaseFaultTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 2_500, PageSize = 1_000 };

    private const string BatchGet = "/cgi-bin/user/info/batchget";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly DatabaseOptions Impatient = new() { LockTimeout = TimeSpan.FromSeconds(1), StatementTimeout = TimeSpan.FromSeconds(10), Retries = 2 };

    [Theory]
    [InlineData("a serialization failure", "40001")]
    [InlineData("a deadlock", "40P01")]
    [InlineData("a full disk that somebody clears", "53100")]
    [InlineData("a failover to a standby and back", "25006")]
    [InlineData("a killed session", null)]
    public async Task A_merge_that_fails_for_a_passing_reason_is_repeated_as_a_whole(string reason, string? sqlState)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        await account.Tables.FailMergesAsync(from: 2, count: 2, sqlState is null ? "perform pg_terminate_backend(pg_backend_pid())" : MergeFaults.Raise(sqlState));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, $"{reason}: {run.Error}");
        run.Added.ShouldBe(2_500);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task What_ended_a_round_is_told_however_long_the_answers_before_it_take_to_be_stored()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, ErrMsg = "reach max api daily quota limit", Path = BatchGet, From = 12 });
        await using NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction locks = await other.BeginTransactionAsync();
        await using (NpgsqlCommand command = new("lock table wechat.followers in share mode", other, locks))
            await command.ExecuteNonQueryAsync();

        Task<SyncRun> running = account.SyncAsync();
        (await Until.IsTrueAsync(() => account.Emulator.Requests.Count(BatchGet) >= 12, Patience)).ShouldBeTrue();
        // Longer than the last answers have.
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);
        await locks.RollbackAsync();

        SyncRun run = await running;
        run.Status.ShouldBe(RunStatus.Partial, run.Error);
        run.Error!.ShouldContain("45009");
        (await account.Tables.ReadAsync<bool>("select paused_at is not null from followersync.listings")).ShouldBeTrue();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(run.Added);
    }

    [Theory]
    [InlineData("a serialization failure", "40001")]
    [InlineData("a full disk", "53100")]
    [InlineData("a read-only standby", "25006")]
    [InlineData("a broken disk", "58030")]
    [InlineData("a damaged page", "XX001")]
    [InlineData("a killed session", null)]
    public async Task A_merge_that_fails_for_good_ends_the_run_with_everything_before_it_and_the_next_run_goes_on(string reason, string? sqlState)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        await account.Tables.FailMergesAsync(from: 2, count: 1_000, sqlState is null ? "perform pg_terminate_backend(pg_backend_pid())" : MergeFaults.Raise(sqlState));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial, reason);
        run.Error.ShouldNotBeNullOrEmpty();
        long stored = await account.Tables.ReadAsync<long>("select count(*) from wechat.followers");
        stored.ShouldBe(1_000);
        run.Added.ShouldBe(stored);
        await account.Tables.EndMergeFaultsAsync();

        SyncRun next = await account.SyncAsync();
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        next.Added.ShouldBe(1_500);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_disk_that_is_full_ends_the_run_with_what_fitted_and_the_next_goes_on_when_there_is_room()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        await using SmallDisk? disk = await SmallDisk.TryCreateAsync(account.Tables);
        if (disk is null)
            return;

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBeOneOf(RunStatus.Partial, RunStatus.Failed);
        run.Error!.ShouldContain("53100");
        run.Added.ShouldBe(await account.Tables.ReadAsync<long>("select count(*) from wechat.followers"));
        (await disk.GrowAsync()).ShouldBeTrue();

        SyncRun next = await account.SyncAsync();
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        (run.Added + next.Added).ShouldBe(2_500);
        await account.ShouldEqualTruthAsync();
        await disk.LeaveAsync(account.Tables);
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_any_more_ends_the_run_with_the_remedy()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        AfterMerge failover = new(() => Execute(account.Tables, "alter database {0} set default_transaction_read_only = on"));

        SyncRun run = await account.SyncAsync(failover);

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain("read-only");
        run.Error!.ShouldContain("could not be closed");
        Execute(account.Tables, "alter database {0} reset default_transaction_read_only");

        // The lease could not be given back either; it ends by itself.
        Execute(account.Tables, "update followersync.leases set expires_at = now()");
        account.Tables.DataSource.Clear();
        SyncRun next = await account.SyncAsync();
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        (await account.Tables.ReadAsync<string>("select string_agg(status, ',' order by run_id) from wechat.sync_runs")).ShouldBe("abandoned,succeeded");
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_lock_that_an_analyst_gives_back_in_time_only_delays_the_run()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        await using NpgsqlConnection analyst = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction query = await LockFollowersAsync(analyst);

        Task<SyncRun> running = account.SyncAsync();
        await WaitUntilSomebodyWaitsAsync(account.Tables);
        await query.CommitAsync();

        (await running).Status.ShouldBe(RunStatus.Succeeded);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_lock_that_an_analyst_keeps_ends_the_run_with_the_remedy_and_the_next_goes_on()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        await using NpgsqlConnection analyst = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction query = await LockFollowersAsync(analyst);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ShouldContain("Database:LockTimeout");
        await query.CommitAsync();
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_long_query_of_an_analyst_holds_up_nobody()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, databaseOptions: Impatient);
        await account.SyncAsync();
        account.Truth.Churn(3);
        await using NpgsqlConnection analyst = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction query = await analyst.BeginTransactionAsync();
        await using NpgsqlCommand read = new("select count(*) from wechat.followers", analyst, query);
        await read.ExecuteScalarAsync();

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        await account.ShouldEqualTruthAsync();
    }

    private static async Task<NpgsqlTransaction> LockFollowersAsync(NpgsqlConnection analyst)
    {
        NpgsqlTransaction query = await analyst.BeginTransactionAsync();
        await using NpgsqlCommand take = new("lock table wechat.followers in share mode", analyst, query);
        await take.ExecuteNonQueryAsync();
        return query;
    }

    private static async Task WaitUntilSomebodyWaitsAsync(TestDatabase tables)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (!await tables.ReadAsync<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"))
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    private static void Execute(TestDatabase tables, string sql)
    {
        string database = new NpgsqlConnectionStringBuilder(tables.ConnectionString).Database!;
        using NpgsqlConnection connection = new(tables.ConnectionString + ";Pooling=false;Options=-c default_transaction_read_only=off");
        connection.Open();
        using NpgsqlCommand command = new(
            $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, database)}; "
            + "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
            connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Does something once, after the first merge.</summary>
    private sealed class AfterMerge(Action action) : IProgress<SyncProgress>
    {
        private bool _done;

        public void Report(SyncProgress value)
        {
            if (value.Merged == 0 || _done)
                return;

            _done = true;
            action();
        }
    }
}
