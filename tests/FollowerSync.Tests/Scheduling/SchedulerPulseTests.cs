using System.Globalization;
using FollowerSync.Nodes;
using FollowerSync.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Quartz;

namespace FollowerSync.Tests.Scheduling;

public sealed class SchedulerPulseTests
{
    private static readonly DateTimeOffset InAnHour = TimeProvider.System.GetUtcNow().AddHours(1);
    private static readonly string Cron = string.Create(CultureInfo.InvariantCulture, $"0 {InAnHour.Minute} {InAnHour.Hour} * * ?");
    private static readonly TimeSpan LongAfterwards = TimeSpan.FromHours(1) + TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Long = SchedulerPulse.LongestDelay + TimeSpan.FromSeconds(1);

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
        SchedulerPulse pulse = PulseOf(time, () => secondsAgo is { } ago ? Own(time.GetUtcNow().AddSeconds(-ago)) : throw new SchedulerException("told to be away"));

        (await pulse.FeelAsync(default)).ShouldNotBeNull("it has just begun");
        time.Advance(Long);
        (await pulse.FeelAsync(default) is not null).ShouldBe(isFelt);
    }

    [Fact]
    public async Task A_node_whose_check_in_another_one_took_away_has_no_pulse_after_two_minutes()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        SchedulerPulse pulse = PulseOf(time, () => Own(lastCheckIn: null));

        (await pulse.FeelAsync(default)).ShouldNotBeNull();
        time.Advance(SchedulerPulse.LongestDelay - TimeSpan.FromSeconds(1));
        (await pulse.FeelAsync(default)).ShouldNotBeNull();
        time.Advance(TimeSpan.FromSeconds(2));
        (await pulse.FeelAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_node_has_two_minutes_for_checking_in_once_the_database_is_back()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        DateTimeOffset lastCheckIn = time.GetUtcNow();
        bool isAway = true;
        SchedulerPulse pulse = PulseOf(time, () => isAway ? throw new SchedulerException("told to be away") : Own(lastCheckIn));

        for (int minute = 0; minute <= 5; minute++)
        {
            (await pulse.FeelAsync(default)).ShouldNotBeNull();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        isAway = false;
        (await pulse.FeelAsync(default)).ShouldNotBeNull("the database was away a minute ago");
        time.Advance(TimeSpan.FromMinutes(1));
        (await pulse.FeelAsync(default)).ShouldBeNull();
        lastCheckIn = time.GetUtcNow();
        (await pulse.FeelAsync(default)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(60, 15)]
    public async Task A_node_looks_again_for_a_database_that_was_away_long_before_its_pulse_stops(int checkIn, int expected)
    {
        ServiceCollection services = new();
        services.AddQuartz(quartz => SharedSchedule.Use(quartz, new ClusterOptions { CheckIn = TimeSpan.FromSeconds(checkIn) }, [], creates: false));
        await using ServiceProvider provider = services.BuildServiceProvider();

        provider.GetRequiredService<IOptions<AdoJobStoreOptions>>().Value.DbRetryInterval.ShouldBe(TimeSpan.FromSeconds(expected));
    }

    private static List<ClusterNode> Own(DateTimeOffset? lastCheckIn) =>
    [
        new("one", lastCheckIn, TimeSpan.FromSeconds(5), ClusterNodeState.Alive, IsCurrentNode: true),
        new("two", TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(5), ClusterNodeState.Alive, IsCurrentNode: false),
    ];

    private static SchedulerPulse PulseOf(TimeProvider time, Func<List<ClusterNode>> nodes)
    {
        IScheduler scheduler = ToldProxy.Of<IScheduler>(method => method switch
        {
            "get_Status" => SchedulerStatus.Running,
            nameof(IScheduler.QueryClusterNodes) => nodes(),
            _ => throw new NotSupportedException(method),
        });
        return new SchedulerPulse(ToldProxy.Of<ISchedulerFactory>(_ => scheduler), new OwnNode("one", "brands", TimeSpan.FromSeconds(30)), Options.Create(new ScheduleOptions()), time);
    }
}
