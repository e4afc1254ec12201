using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Nodes;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>A run that is broken off harms nobody, and the next one goes on from there.</summary>
public sealed class ResumeTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string UserGet = "/cgi-bin/user/get";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_first_sync_that_is_stopped_keeps_what_it_merged_and_the_next_asks_only_for_the_rest()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 10_000, PageSize = 1_000 });
        SyncRun stopped = await StopAfterAsync(account, merged: 3_000);
        stopped.Status.ShouldBe(RunStatus.Cancelled);
        long kept = await account.Tables.ReadAsync<long>("select count(*) from wechat.followers");
        kept.ShouldBeGreaterThanOrEqualTo(3_000);
        kept.ShouldBeLessThan(10_000);
        stopped.Added.ShouldBe(kept);
        account.Emulator.Requests.Clear();

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        next.Added.ShouldBe(10_000 - kept);
        account.Emulator.Requests.Count(BatchGet).ShouldBe((10_000 - kept + 99) / 100);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_sync_that_is_stopped_in_the_middle_of_a_statement_is_stopped_and_keeps_what_was_answered()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 5_000, PageSize = 1_000, Latency = TimeSpan.FromMilliseconds(50) });
        using var stop = new CancellationTokenSource();
        Task<SyncRun> running = account.SyncAsync(cancellationToken: stop.Token);
        (await Until.IsTrueAsync(() => account.Tables.ReadAsync<bool>("select count(listing_id) = 1 from wechat.sync_runs"), Deadline)).ShouldBeTrue("it has taken up its round");
        await using NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction locks = await other.BeginTransactionAsync();
        await using (NpgsqlCommand command = new("select from wechat.sync_runs for update", other, locks))
            await command.ExecuteNonQueryAsync();
        (await Until.IsTrueAsync(async () => await account.Tables.ReadAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") > 0, Deadline)).ShouldBeTrue();

        await stop.CancelAsync();
        await locks.RollbackAsync();

        (await running).Status.ShouldBe(RunStatus.Cancelled);
        long stored = await account.Tables.ReadAsync<long>("select count(*) from wechat.followers");
        stored.ShouldBeGreaterThanOrEqualTo(1_000, "what had been answered");
    }

    [Theory]
    [InlineData((int)ProfileRefresh.Full, 0)]
    // The share that has become due in the moment since: one person.
    [InlineData((int)ProfileRefresh.Rotate, 1)]
    public async Task A_sync_that_is_stopped_while_the_days_are_counted_is_closed_by_the_next_without_asking_again(int refresh, int calls)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        await account.SyncAsync();
        account.Sync.ProfileRefresh = (ProfileRefresh)refresh;
        account.Sync.RotateDays = 1;
        await account.Tables.ExecuteAsync("update followersync.rotations set rotated_at = rotated_at - interval '1 day'");
        string[] gone = [.. account.Truth.Followers().Take(5).Select(follower => follower.OpenId)];
        foreach (string openId in gone)
            account.Truth.Unfollow(openId);
        using var stop = new CancellationTokenSource();
        Task<SyncRun> running;
        await using (NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync())
        {
            await using NpgsqlTransaction locks = await other.BeginTransactionAsync();
            await using (NpgsqlCommand command = new("lock table wechat.daily_scenes in exclusive mode", other, locks))
                await command.ExecuteNonQueryAsync();
            running = account.SyncAsync(cancellationToken: stop.Token);
            (await Until.IsTrueAsync(() => account.Tables.ReadAsync<bool>("select exists (select from pg_locks where relation = 'wechat.daily_scenes'::regclass and not granted)"), Deadline)).ShouldBeTrue();
            await stop.CancelAsync();
            (await running).Status.ShouldBe(RunStatus.Cancelled);
        }

        (await running).Unsubscribed.ShouldBe(5);
        (await account.Tables.ReadAsync<long>("select run_id from followersync.counted_facts")).ShouldBe(1, "what is counted is that of a run that is complete");
        DateTimeOffset listed = await account.Tables.ReadAsync<DateTime>("select max(started_at) from followersync.listings");
        account.Emulator.Requests.Clear();

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        next.CompleteAsOf.ShouldBe(listed);
        account.Emulator.Requests.Count(UserGet).ShouldBe(0);
        account.Emulator.Requests.Count(BatchGet).ShouldBe(calls);
        (await account.Tables.ReadAsync<string>("select string_agg(status, ',' order by listing_id) from followersync.listings")).ShouldBe("done,done");
        (await account.Tables.ReadAsync<long>("select run_id from followersync.counted_facts")).ShouldBe(next.RunId);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_refresh_that_is_stopped_goes_on_behind_the_last_one_merged()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 10_000, PageSize = 1_000 });
        await account.SyncAsync();
        account.Emulator.Requests.Clear();
        SyncRun stopped = await StopAfterAsync(account, merged: 3_000);
        stopped.Status.ShouldBe(RunStatus.Cancelled);
        stopped.Unchanged.ShouldBeGreaterThanOrEqualTo(3_000);
        long asked = account.Emulator.Requests.Count(BatchGet);

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        next.Unchanged.ShouldBe(10_000 - stopped.Unchanged);
        account.Emulator.Requests.Count(UserGet).ShouldBe(11);
        (account.Emulator.Requests.Count(BatchGet) - asked).ShouldBe((10_000 - stopped.Unchanged + 99) / 100);
    }

    [Fact]
    public async Task Somebody_who_is_forgotten_meanwhile_costs_no_second_reading_of_the_list()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 5_000, PageSize = 1_000 });
        await StopAfterAsync(account, merged: 1_000);
        string[] person = [await account.Tables.ReadAsync<string>("select min(openid) from wechat.followers")];
        await account.NewProcess().GetRequiredService<PersonErasure>().ForgetAsync(person, default);
        long left = await account.Tables.ReadAsync<long>("select case when status = 'complete' then 0 else 6 - pages end::bigint from followersync.listings");
        account.Emulator.Requests.Clear();

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        account.Emulator.Requests.Count(UserGet).ShouldBe(left, "the pages that were not stored yet and the empty one behind them");
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.listings")).ShouldBe(1);
    }

    [Fact]
    public async Task A_round_gone_on_with_the_next_day_is_complete_as_of_the_beginning_of_its_list()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000, PageSize = 1_000 });
        DateTimeOffset first = (await account.SyncAsync()).CompleteAsOf.ShouldNotBeNull();
        SyncRun stopped = await StopAfterAsync(account, merged: 1_000);
        stopped.CompleteAsOf.ShouldBeNull();
        await account.Tables.ExecuteAsync("update followersync.listings set started_at = started_at - interval '1 day', paused_at = now() where status = 'complete'");
        account.Truth.AddFollower();

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        DateTimeOffset list = await account.Tables.ReadAsync<DateTime>("select max(started_at) from followersync.listings where listing_id = (select max(listing_id) from followersync.listings)");
        list.ShouldBeLessThan(stopped.StartedAt);
        next.CompleteAsOf.ShouldBe(list, "who came since is not stored");
        (await account.Tables.ReadAsync<bool>("select f.complete_as_of = r.complete_as_of and r.known_from <= r.complete_as_of from wechat.freshness f join wechat.complete_runs r using (app_id)")).ShouldBeTrue();
        (await account.NewProcess().GetRequiredService<StatusReader>().ReadAsync([account.Account], default)).Accounts.ShouldHaveSingleItem().CompleteAsOf.ShouldBe(list);
        first.ShouldBeGreaterThan(list);
    }

    [Fact]
    public async Task A_listing_that_lost_its_rows_in_a_crash_is_read_anew()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000, PageSize = 1_000 });
        await account.SyncAsync();
        string leaver = account.Truth.Followers().First().OpenId;
        await StopAfterAsync(account, merged: 1_000);
        account.Truth.Unfollow(leaver);
        await account.Tables.ExecuteAsync("truncate followersync.listing_openids");

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        next.Unsubscribed.ShouldBe(1);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_listing_older_than_allowed_is_read_anew()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 3_000, PageSize = 1_000 });
        await account.SyncAsync();
        await StopAfterAsync(account, merged: 1_000);
        await account.Tables.ExecuteAsync("update followersync.listings set started_at = started_at - interval '7 hours'");
        account.Emulator.Requests.Clear();

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        account.Emulator.Requests.Count(UserGet).ShouldBe(4);
    }

    [Fact]
    public async Task A_second_run_of_an_account_does_not_start_while_the_first_is_active()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1_000 });
        var leases = new RunLeases(account.Database, OwnNode.Of(new ClusterOptions()), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RunLeases>.Instance);
        await using (await leases.AcquireAsync(account.Account.AppId, default))
            await Should.ThrowAsync<RunActiveException>(() => account.SyncAsync());

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Fact]
    public async Task A_dead_process_is_relieved_at_once_and_its_run_becomes_abandoned()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1_000 });
        await account.Tables.ExecuteAsync(
            $"""
            insert into followersync.leases (app_id, fence, host, process, expires_at)
            values ('{account.Account.AppId}', 7, '{ProcessIdentity.Host}', '999999@2020-01-01T00:00:00.0000000Z', now() + interval '30 s');
            insert into wechat.sync_runs (app_id, trigger, status, started_at) values ('{account.Account.AppId}', 'schedule', 'running', now());
            """);

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        (await account.Tables.ReadAsync<string>("select string_agg(status, ',' order by run_id) from wechat.sync_runs")).ShouldBe("abandoned,succeeded");
    }

    [Fact]
    public async Task A_run_whose_lease_was_taken_writes_nothing_more()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 5_000, PageSize = 1_000 });
        Steal steal = new(account.Tables);

        SyncRun run = await account.SyncAsync(steal);

        run.Status.ShouldNotBe(RunStatus.Succeeded);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(steal.StoredThen!.Value);
    }

    private static async Task<SyncRun> StopAfterAsync(SyncedAccount account, long merged)
    {
        using var stop = new CancellationTokenSource();
        return await account.SyncAsync(new StopAt(merged, stop), stop.Token);
    }

    private sealed class StopAt(long merged, CancellationTokenSource stop) : IProgress<SyncProgress>
    {
        public void Report(SyncProgress value)
        {
            if (value.Merged >= merged)
                stop.Cancel();
        }
    }

    /// <summary>Takes the lease away after the first merge, as another machine would after a pause of this one.</summary>
    private sealed class Steal(TestDatabase tables) : IProgress<SyncProgress>
    {
        public long? StoredThen { get; private set; }

        public void Report(SyncProgress value)
        {
            if (value.Merged == 0 || StoredThen is not null)
                return;

            using var connection = tables.DataSource.OpenConnection();
            using var command = connection.CreateCommand();
            command.CommandText = "update followersync.leases set fence = fence + 1; select count(*) from wechat.followers";
            StoredThen = (long)command.ExecuteScalar()!;
        }
    }
}
