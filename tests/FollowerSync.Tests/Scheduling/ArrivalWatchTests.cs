using System.Collections.Concurrent;
using FollowerSync.Runs;

namespace FollowerSync.Tests.Scheduling;

/// <summary>Who has arrivals is drained within seconds, and an account that cannot be drained is neither hammered nor complained of over and over.</summary>
public sealed class ArrivalWatchTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_account_with_arrivals_is_drained_until_nobody_is_due()
    {
        await using ScheduledWorker worker = new(runAtStart: false);
        TaskCompletionSource thrice = new();
        int runs = 0;
        worker.Drain[ScheduledWorker.First] = _ =>
        {
            if (++runs == 3)
            {
                worker.Drain.Clear();
                thrice.SetResult();
            }

            return Task.FromResult<SyncRun?>(Run(RunStatus.Succeeded));
        };

        await worker.StartAsync();

        await thrice.Task.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Trouble_is_told_once_and_so_is_its_end()
    {
        await using ScheduledWorker worker = new(runAtStart: false);
        TaskCompletionSource over = new();
        ConcurrentQueue<SyncRun?> ends = new([Run(RunStatus.Failed), Run(RunStatus.Partial), Run(RunStatus.Succeeded)]);
        worker.Drain[ScheduledWorker.First] = _ =>
        {
            ends.TryDequeue(out SyncRun? end);
            if (ends.IsEmpty)
            {
                worker.Drain.Clear();
                over.SetResult();
            }

            return Task.FromResult(end);
        };

        await worker.StartAsync();
        await over.Task.WaitAsync(Deadline);
        await worker.StopAsync();

        worker.Log.Lines.Count(line => line.Contains("cannot be asked about", StringComparison.Ordinal)).ShouldBe(1);
        worker.Log.Lines.Count(line => line.Contains("are asked about again", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_drain_under_way_ends_with_the_worker()
    {
        await using ScheduledWorker worker = new(runAtStart: false);
        TaskCompletionSource begun = new();
        TaskCompletionSource ended = new();
        worker.Drain[ScheduledWorker.First] = async cancellationToken =>
        {
            begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            finally
            {
                ended.TrySetResult();
            }

            return null;
        };
        await worker.StartAsync();
        await begun.Task.WaitAsync(Deadline);

        await worker.StopAsync();

        ended.Task.IsCompleted.ShouldBeTrue();
    }

    private static SyncRun Run(RunStatus status) => ScheduledWorker.Run(ScheduledWorker.First, status) with
    {
        Trigger = SyncTrigger.Event,
        Error = status == RunStatus.Succeeded ? null : "WeChat is away.",
    };
}
