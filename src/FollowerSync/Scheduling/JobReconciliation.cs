using FollowerSync.Accounts;
using FollowerSync.Nodes;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Deletes the jobs of accounts that the settings name no more, once all nodes that live are set up alike: until then one of them may still have the account. Puts in what is
/// missing of its own, since a node that was silent for long may have been taken for dead and its accounts for left over, and begins anew what a clock that was ahead has put off. And has accounts marked that nobody names.</summary>
internal sealed partial class JobReconciliation(
    ISchedulerFactory schedulers, ScheduledJobs own, NodeHeartbeat nodes, IOptions<ClusterOptions> cluster, IOptions<WeChatOptions> accounts, MarkLeftAccounts markLeft,
    TimeProvider time, ILogger<JobReconciliation> logger) : BackgroundService
{
    /// <summary>Looking at what the heartbeat has read costs nothing; the schedule is asked when other nodes live than before.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>What keeps an account from being marked ends with time: its last run, and other workers, become old.</summary>
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _ownInterval = 8 * cluster.Value.CheckIn;
    private readonly string[] _named = [.. accounts.Value.Accounts.Select(account => account.AppId)];

    private string _lookedWith = "";
    private long _completedAt = time.GetTimestamp();
    private long? _markedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            await TryAsync(LookAsync, stoppingToken);
            await TryAsync(CompleteAsync, stoppingToken);
            await TryAsync(MarkAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        NodeState[] living = [.. nodes.Nodes.Where(node => node.MayLive)];
        string with = string.Join(' ', living.Select(node => $"{node.HostIdentity} {node.Process}").Order(StringComparer.Ordinal));
        if (with == _lookedWith || living.Select(node => node.Fingerprint).Distinct(StringComparer.Ordinal).Count() != 1)
            return;

        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        JobQuery all = new() { Group = GroupMatcher<JobKey>.GroupEquals(AccountJobs.Group), Take = PagedQuery.All };
        JobKey[] leftover = [.. (await scheduler.QueryJobs(all, cancellationToken)).Items.Select(job => job.Key).ExceptBy(_named, key => key.Name)];
        _lookedWith = with;
        if (leftover.Length == 0)
            return;
        await scheduler.DeleteJobs(leftover, cancellationToken);
        LogDeleted(string.Join(", ", leftover.Select(key => key.Name)));
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_completedAt) < _ownInterval)
            return;
        await own.CompleteAsync(cancellationToken);
        await own.HastenAsync(nodes.Nodes.Where(node => node.MayLive).Select(node => node.NextRunAt), cancellationToken);
        _completedAt = time.GetTimestamp();
    }

    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        if (_markedAt is { } markedAt && time.GetElapsedTime(markedAt) < MarkInterval)
            return;
        string[] fingerprint = nodes.Nodes.First(node => node.IsOwn).Fingerprint.Split(' ');
        await markLeft(_named, fingerprint.Single(word => word.StartsWith($"{WeChatOptions.Section}:", StringComparison.Ordinal)), cancellationToken);
        _markedAt = time.GetTimestamp();
    }

    private async Task TryAsync(Func<CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        try
        {
            await look(cancellationToken);
        }
#pragma warning disable CA1031 // The next look follows.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotLooked(exception);
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(3109, LogLevel.Information, "Accounts that no node's settings name any more are taken out of the schedule: {AppIds}")]
    private partial void LogDeleted(string appIds);

    [LoggerMessage(3110, LogLevel.Debug, "Whether the schedule holds accounts that nobody has any more, lacks one of this node's or puts one off, could not be found out; the next look follows")]
    private partial void LogNotLooked(Exception exception);
}
