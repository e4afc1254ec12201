using System.Globalization;
using FollowerSync.Nodes;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Time.Testing;
using Quartz;

namespace FollowerSync.Tests.Scheduling;

public sealed class SchedulerPulseTests
{
    private static readonly DateTimeOffset InAnHour = TimeProvider.System.GetUtcNow().AddHours(1);
    private static readonly string Cron = string.Create(CultureInfo.InvariantCulture, $"0 {InAnHour.Minute} {InAnHour.Hour} * * ?");
    private static readonly TimeSpan LongAfterwards = TimeSpan.FromHours(1) + TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_scheduler_that_waits_tells_what_for()
    {
        await using ScheduledWorker worker = new(Cron, runAtStart: false, timeZone: "UTC");
        await worker.StartAsync();
        await worker.RunningAsync();

        (await worker.FeelPulseAsync()).ShouldBe(string.Create(CultureInfo.InvariantCulture, $"The next scheduled sync: {InAnHour:yyyy-MM-dd HH:mm}:00 +00:00"));
    }

    [Fact]
    public async Task A_scheduler_that_does_not_run_has_no_pulse()
    {
        await using ScheduledWorker worker = new(Cron, runAtStart: false, timeZone: "UTC");

        (await worker.FeelPulseAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_firing_that_nobody_starts_is_no_pulse()
    {
        await using ScheduledWorker worker = new(Cron, runAtStart: false, timeZone: "UTC");
        await worker.StartAsync();
        await worker.RunningAsync();

        (await worker.FeelPulseAsync(LongAfterwards)).ShouldBeNull();
    }

    [Fact]
    public async Task Firings_that_wait_for_the_end_of_syncs_are_not_late()
    {
        TaskCompletionSource end = new();
        await using ScheduledWorker worker = new(Cron, runAtStart: false, timeZone: "UTC");
        worker.Sync = async (_, cancellationToken) =>
        {
            await end.Task.WaitAsync(cancellationToken);
            return Runs.RunStatus.Succeeded;
        };
        await worker.StartAsync();
        await worker.SyncByHandAsync(ScheduledWorker.First);
        await worker.SyncByHandAsync(ScheduledWorker.Second);
        await worker.NextSyncAsync();
        await worker.NextSyncAsync();

        (await worker.FeelPulseAsync(LongAfterwards)).ShouldNotBeNull().ShouldStartWith("Syncing 2 accounts. ");
        end.SetResult();
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(119, true)]
    [InlineData(121, false)]
    [InlineData(-3_600, true)]
    [InlineData(null, true)]
    public async Task A_node_of_a_cluster_that_has_not_checked_in_for_long_has_no_pulse_unless_the_database_is_away(int? secondsAgo, bool isFelt)
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        IScheduler scheduler = ToldProxy.Of<IScheduler>(method => method switch
        {
            "get_Status" => SchedulerStatus.Running,
            nameof(IScheduler.QueryClusterNodes) => secondsAgo is { } ago
                ? new List<ClusterNode>
                {
                    new("one", time.GetUtcNow().AddSeconds(-ago), TimeSpan.FromSeconds(5), ClusterNodeState.Alive, IsCurrentNode: true),
                    new("two", time.GetUtcNow().AddDays(-1), TimeSpan.FromSeconds(5), ClusterNodeState.Failed, IsCurrentNode: false),
                }
                : throw new SchedulerException("told to be away"),
            _ => throw new NotSupportedException(method),
        });
        SchedulerPulse pulse = new(
            ToldProxy.Of<ISchedulerFactory>(_ => scheduler), new OwnNode("one", "brands", TimeSpan.FromSeconds(30)), Microsoft.Extensions.Options.Options.Create(new ScheduleOptions()), time);

        (await pulse.FeelAsync(default) is not null).ShouldBe(isFelt);
    }
}
