using System.Globalization;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Leases;
using FollowerSync.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FollowerSync.IntegrationTests.Leases;

public sealed class LeaseClockTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public void A_process_is_told_by_ticks_since_the_boot_and_not_by_a_time_of_day()
    {
        ProcessIdentity.IsAlive(ProcessIdentity.Current).ShouldBeTrue();
        string[] parts = ProcessIdentity.Current.Split('@');
        long ticks = long.Parse(parts[1], CultureInfo.InvariantCulture);
        if (OperatingSystem.IsLinux())
            File.ReadAllText("/proc/self/stat").Split(' ').ShouldContain(parts[1]);

        ProcessIdentity.IsAlive(FormattableString.Invariant($"{parts[0]}@{ticks + 1}")).ShouldBeFalse("another process has got its number");
        ProcessIdentity.IsAlive("999999999@1").ShouldBeFalse();
        ProcessIdentity.IsAlive("").ShouldBeFalse();
    }

    [Fact]
    public async Task A_dead_holders_lease_ends_soon_also_when_the_clock_of_the_database_was_set_back()
    {
        const string AppId = "wx00000000000000aa";
        await database.ExecuteAsync(
            $"insert into followersync.leases (app_id, fence, host, process, expires_at) values ('{AppId}', 7, 'elsewhere', '1@1', now() + interval '8 hours')");

        await Should.ThrowAsync<RunActiveException>(() => NewLeases().AcquireAsync(AppId, default));

        (await database.ReadAsync<bool>($"select expires_at <= now() + interval '30 s' from followersync.leases where app_id = '{AppId}'")).ShouldBeTrue("its holder has that long to show that it lives");
        await database.ExecuteAsync($"update followersync.leases set expires_at = now() where app_id = '{AppId}'");
        await using RunLease lease = await NewLeases().AcquireAsync(AppId, default);
        lease.Fence.ShouldBeGreaterThan(7);
    }

    [Fact]
    public async Task A_run_of_arrivals_takes_no_lease_that_is_over_only_since_the_clock_of_the_database_went_forward()
    {
        const string AppId = "wx00000000000000ac", DeadAppId = "wx00000000000000ad";
        FakeTimeProvider time = new();
        RunLeases leases = NewLeases(time);
        await using RunLease full = await leases.AcquireAsync(AppId, default);
        await database.ExecuteAsync(
            $"insert into followersync.leases (app_id, fence, host, process, expires_at) values ('{DeadAppId}', 7, 'elsewhere', '1@1', now() - interval '1 s')");

        await EndAsync(AppId);
        (await leases.TryAcquireBrieflyAsync(AppId, default)).ShouldBeNull("it may live");
        (await leases.TryAcquireBrieflyAsync(DeadAppId, default)).ShouldBeNull("it may live");
        time.Advance(full.Duration / 3);
        (await Until.IsTrueAsync(() => database.ReadAsync<bool>($"select expires_at > now() from followersync.leases where app_id = '{AppId}'"), TimeSpan.FromSeconds(20))).ShouldBeTrue("it lives");
        await EndAsync(AppId);
        time.Advance(full.Duration / 4);

        (await leases.TryAcquireBrieflyAsync(AppId, default)).ShouldBeNull("it was renewed since");
        await using RunLease? taken = await leases.TryAcquireBrieflyAsync(DeadAppId, default);
        taken.ShouldNotBeNull("nobody renewed it");
    }

    [Fact]
    public async Task A_lease_that_this_process_could_not_give_back_is_free_at_once()
    {
        const string AppId = "wx00000000000000ae";
        RunLeases leases = NewLeases();
        await using (RunLease held = await leases.AcquireAsync(AppId, default))
        {
            (await NewLeases().TryAcquireBrieflyAsync(AppId, default)).ShouldBeNull("another run of this process has it");
        }

        await database.ExecuteAsync($"update followersync.leases set process = '{ProcessIdentity.Current}', expires_at = now() + interval '30 s' where app_id = '{AppId}'");

        await using RunLease? next = await leases.TryAcquireBrieflyAsync(AppId, default);
        next.ShouldNotBeNull("nobody has it");
    }

    [Fact]
    public async Task A_run_on_a_machine_whose_steady_clock_stood_still_with_it_asks_for_its_lease_before_it_calls()
    {
        const string AppId = "wx00000000000000af";
        SimulatedClock time = new();
        await using RunLease lease = await NewLeases(time).AcquireAsync(AppId, default);
        await lease.RequireHeldAsync(default);
        await database.ExecuteAsync($"update followersync.leases set fence = fence + 1, host = 'elsewhere' where app_id = '{AppId}'");
        await lease.RequireHeldAsync(default);

        time.Advance(lease.Duration);

        await Should.ThrowAsync<LeaseLostException>(async () => await lease.RequireHeldAsync(default));
    }

    [Fact]
    public async Task A_renewal_that_is_not_answered_is_given_up_before_the_lease_is_long_over()
    {
        const string AppId = "wx00000000000000ab";
        FakeTimeProvider time = new();
        RememberedLog<RunLeases> log = new();
        FollowerDatabase opened = new(database.DataSource, new DatabaseOptions { LockTimeout = TimeSpan.FromMinutes(10) }, time, NullLogger<FollowerDatabase>.Instance);
        await using RunLease lease = await new RunLeases(opened, OwnNode.Of(new ClusterOptions()), time, log).AcquireAsync(AppId, default);
        await using NpgsqlConnection holder = await database.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await holder.BeginTransactionAsync();
        await using NpgsqlCommand hold = new($"select from followersync.leases where app_id = '{AppId}' for update", holder, transaction);
        await hold.ExecuteNonQueryAsync();

        time.Advance(lease.Duration / 3);
        while (!await database.ReadAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'update followersync.leases set expires_at%')"))
            log.Lines.ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(15));

        await log.LineAsync($"The lease of account {AppId} could not be renewed");
        await transaction.RollbackAsync();
    }

    private Task EndAsync(string appId) => database.ExecuteAsync($"update followersync.leases set expires_at = now() - interval '1 s' where app_id = '{appId}'");

    private RunLeases NewLeases(TimeProvider? time = null) => new(database.Open(), OwnNode.Of(new ClusterOptions()), time ?? TimeProvider.System, NullLogger<RunLeases>.Instance);
}
