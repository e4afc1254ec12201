using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database;

public sealed class FollowerDatabaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_transaction_is_committed_and_its_result_returned()
    {
        await database.ExecuteAsync("create table public.committed (id int)");

        int id = await database.Open().RunAsync(
            async tx =>
            {
                await tx.ExecuteAsync("insert into public.committed values (7)");
                return 7;
            },
            default);

        id.ShouldBe(7);
        (await database.ReadAsync<int>("select id from committed")).ShouldBe(7);
    }

    [Fact]
    public async Task Nothing_is_compiled_to_machine_code_whatever_the_database_says()
    {
        await database.ExecuteAsync("do $$ begin execute format('alter database %I set jit = on', current_database()); end $$");
        database.DataSource.Clear();

        (await database.ReadAsync<string>("show jit")).ShouldBe("on");
        (await database.Open().RunAsync(tx => tx.ReadAsync<string>("select current_setting('jit')"), default)).ShouldBe("off");
    }

    [Fact]
    public async Task A_transaction_whose_connection_dies_is_run_again_from_its_beginning()
    {
        await database.ExecuteAsync("create table public.revived (id int)");
        int attempts = 0;

        await database.Open().RunAsync(
            async tx =>
            {
                await tx.ExecuteAsync("insert into public.revived values (1)");
                if (++attempts == 1)
                    await database.ExecuteAsync($"select pg_terminate_backend({await tx.ReadAsync<int>("select pg_backend_pid()")})");
                await tx.ExecuteAsync("insert into public.revived values (2)");
            },
            default);

        attempts.ShouldBe(2);
        (await database.ReadAsync<string>("select string_agg(id::text, ',' order by id) from revived")).ShouldBe("1,2");
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_for_a_while_is_tried_again_over_a_new_connection()
    {
        await database.ExecuteAsync("create table public.failed_over (id int)");
        List<int> sessions = [];

        await database.Open().RunAsync(
            async tx =>
            {
                sessions.Add(await tx.ReadAsync<int>("select pg_backend_pid()"));
                if (sessions.Count == 1)
                    await tx.ExecuteAsync("set transaction read only");
                await tx.ExecuteAsync("insert into public.failed_over values (1)");
            },
            default);

        sessions.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Two_transactions_that_deadlock_both_get_through()
    {
        await database.ExecuteAsync("create table public.contended (id int primary key, n int); insert into public.contended values (1, 0), (2, 0)");
        FollowerDatabase opened = database.Open();
        int attempts = 0;
        TaskCompletionSource firstLocked = new(), secondLocked = new();

        await Task.WhenAll(AddAsync(1, 2, firstLocked, secondLocked), AddAsync(2, 1, secondLocked, firstLocked));

        attempts.ShouldBe(3);
        (await database.ReadAsync<long>("select sum(n) from contended")).ShouldBe(4);

        Task AddAsync(int first, int second, TaskCompletionSource mine, TaskCompletionSource other) => opened.RunAsync(
            async tx =>
            {
                Interlocked.Increment(ref attempts);
                await tx.ExecuteAsync($"update public.contended set n = n + 1 where id = {first}");
                mine.TrySetResult();
                await other.Task;
                await tx.ExecuteAsync($"update public.contended set n = n + 1 where id = {second}");
            },
            default);
    }

    [Fact]
    public async Task A_lock_held_too_long_is_retried_and_then_explained()
    {
        await database.ExecuteAsync("create table public.locked (id int)");
        await using NpgsqlConnection holder = await database.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await holder.BeginTransactionAsync();
        await RunAsync(holder, "lock table public.locked", default);
        int attempts = 0;

        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(
            () => database.Open(new DatabaseOptions { LockTimeout = TimeSpan.FromMilliseconds(50), Retries = 2 }).RunAsync(
                async tx =>
                {
                    attempts++;
                    await tx.ExecuteAsync("insert into public.locked values (1)");
                },
                default));

        attempts.ShouldBe(3);
        error.Message.ShouldContain("Database:LockTimeout");
    }

    [Fact]
    public async Task A_process_that_stands_still_in_a_transaction_loses_its_locks_and_begins_again()
    {
        await database.ExecuteAsync("create table public.abandoned (id int primary key, by text); insert into public.abandoned values (1, 'nobody')");
        FollowerDatabase opened = database.Open(new DatabaseOptions { LockTimeout = TimeSpan.FromSeconds(1) });
        TaskCompletionSource locked = new(), otherIsDone = new();
        int attempts = 0;
        Task paused = opened.RunAsync(
            async tx =>
            {
                attempts++;
                await tx.ExecuteAsync("update public.abandoned set by = 'paused'");
                locked.TrySetResult();
                await otherIsDone.Task;
                await tx.ExecuteAsync("update public.abandoned set by = by || ' again'");
            },
            default);
        await locked.Task;

        await opened.RunAsync(tx => tx.ExecuteAsync("update public.abandoned set by = 'other'"), default);
        (await database.ReadAsync<string>("select by from abandoned")).ShouldBe("other");
        otherIsDone.SetResult();
        await paused;

        attempts.ShouldBe(2);
        (await database.ReadAsync<string>("select by from abandoned")).ShouldBe("paused again");
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_not_tried_again()
    {
        int attempts = 0;

        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(
            () => database.Open(new DatabaseOptions { StatementTimeout = TimeSpan.FromMilliseconds(50) }).RunAsync(
                async tx =>
                {
                    attempts++;
                    await tx.ExecuteAsync("select pg_sleep(30)");
                },
                default));

        error.What.ShouldContain("Database:StatementTimeout");
        attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_sign_of_life_is_given_up_long_before_other_statements()
    {
        FakeTimeProvider time = new();
        FollowerDatabase opened = new(database.DataSource, new DatabaseOptions(), time, NullLogger<FollowerDatabase>.Instance);
        Task sign = opened.RunShortlyAsync(tx => tx.ExecuteAsync("select pg_sleep(30) as sign_of_life"), default);
        while (await database.ReadAsync<long>("select count(*) from pg_stat_activity where query like '%sign_of_life%' and wait_event = 'PgSleep'") == 0)
            sign.IsCompleted.ShouldBeFalse();

        time.Advance(TimeSpan.FromSeconds(15));

        DatabaseUnavailableException error = await Should.ThrowAsync<DatabaseUnavailableException>(() => sign);
        error.Message.ShouldContain("no answer within 15 s");
        DatabaseFailure.IsPassing(error).ShouldBeTrue();
    }

    [Fact]
    public async Task The_limits_of_a_transaction_do_not_stay_on_its_connection()
    {
        string inside = await database.Open(new DatabaseOptions { StatementTimeout = TimeSpan.FromSeconds(7) }).RunAsync(
            tx => tx.ReadAsync<string>("show statement_timeout"), default);

        inside.ShouldBe("7s");
        (await database.ReadAsync<string>("show statement_timeout")).ShouldBe("0");
        (await database.ReadAsync<string>("show application_name")).ShouldBe("followersync");
    }

    [Fact]
    public async Task Wrong_SQL_is_neither_repeated_nor_disguised()
    {
        int attempts = 0;

        PostgresException error = await Should.ThrowAsync<PostgresException>(() => database.Open().RunAsync(
            async tx =>
            {
                attempts++;
                await tx.ExecuteAsync("select nonsense");
            },
            default));

        error.SqlState.ShouldBe(PostgresErrorCodes.UndefinedColumn);
        attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Cancellation_passes_and_rolls_back()
    {
        await database.ExecuteAsync("create table public.cancelled (id int)");
        using CancellationTokenSource cancellation = new();

        await Should.ThrowAsync<OperationCanceledException>(() => database.Open().RunAsync(
            async tx =>
            {
                await tx.ExecuteAsync("insert into public.cancelled values (1)");
                await cancellation.CancelAsync();
                await tx.ExecuteAsync("select pg_sleep(30)");
            },
            cancellation.Token));

        (await database.ReadAsync<long>("select count(*) from cancelled")).ShouldBe(0);
    }

    [Fact]
    public async Task Cancellation_in_the_middle_of_a_statement_is_no_failure_of_the_database()
    {
        using CancellationTokenSource cancellation = new();
        Task sleeping = database.Open().RunAsync(tx => tx.ExecuteAsync("select pg_sleep(30) as cancelled_in_the_middle"), cancellation.Token);
        while (await database.ReadAsync<long>("select count(*) from pg_stat_activity where query like '%cancelled_in_the_middle%' and wait_event = 'PgSleep'") == 0)
            sleeping.IsCompleted.ShouldBeFalse();

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => sleeping);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
