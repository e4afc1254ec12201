using FollowerSync.Accounts;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.Tests.Scheduling;

/// <summary>The database went away while a run was closed, so that nobody knows how its record stands; it is to be tried again.</summary>
public sealed class NightSyncTests
{
    [Theory]
    [InlineData((int)RunStatus.Succeeded, 1)]
    [InlineData((int)RunStatus.Held, 1)]
    [InlineData((int)RunStatus.Partial, 2)]
    [InlineData((int)RunStatus.Abandoned, 2)]
    public async Task A_run_is_tried_again_unless_its_record_says_later_that_it_was_done(int stored, int runs)
    {
        SyncRun? last = null;
        int begun = 0;
        Nights nights = new(Options.Create(new ScheduleOptions()), TimeProvider.System);
        using LateRecords late = new((_, _) => Task.CompletedTask, TimeProvider.System, NullLogger<LateRecords>.Instance);
        NightSync night = new(
            (account, _, _, _) =>
            {
                begun++;
                SyncRun run = ScheduledWorker.Run(account.AppId, RunStatus.Failed) with { RunId = 7 };
                last = run with { Status = (RunStatus)stored };
                return Task.FromResult(run with { ToRecord = run, RetryIn = TimeSpan.FromMinutes(2) });
            },
            (_, _) => Task.FromResult(last), nights, late, TimeProvider.System, NullLogger<NightSync>.Instance);
        AccountOptions account = new() { AppId = ScheduledWorker.First };
        NextTry next = (await night.RunAsync(account, new Firing(FiringKind.Hand, SyncTrigger.Schedule), default)).ShouldNotBeNull();

        await night.RunAsync(account, new Firing(FiringKind.Retry, SyncTrigger.Schedule) { KnownRun = next.KnownRun, AfterPause = next.Pause }, default);

        begun.ShouldBe(runs);
    }
}
