using System.Collections.Concurrent;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;

namespace FollowerSync.Scheduling;

/// <summary>What becomes of a night that failed for a passing reason: it is tried again after pauses that double, until the schedule fires anyway.</summary>
internal sealed class Nights(IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    // The clocks of this machine and of the database may differ by so much before a night is taken for missed.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    // Nodes of one schedule agree better than that.
    private static readonly TimeSpan ClockError = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan WhileActive = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, TimeSpan> _pauses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _known = new(StringComparer.Ordinal);

    /// <summary>A new night: what failed before counts no longer.</summary>
    public void Begin(string appId) => _pauses.TryRemove(appId, out _);

    /// <summary>In how long to try again, after one more passing failure of the night; null when the schedule fires sooner, or a person or an arrival did it.</summary>
    public TimeSpan? RetryAfter(string appId, SyncTrigger trigger)
    {
        if (trigger is SyncTrigger.Manual or SyncTrigger.Event || schedule.Value.RetryPause == TimeSpan.Zero)
            return null;

        return UnlessTheScheduleFires(_pauses.AddOrUpdate(appId, _ => PauseOf(1), (_, last) => Longer(last)));
    }

    /// <summary>In how long to look again for an account that somebody else runs: nothing failed, so no setting turns it off. Null when the schedule fires sooner, or a person or an arrival did it.</summary>
    public TimeSpan? LookAgainAfter(SyncTrigger trigger) => trigger is SyncTrigger.Manual or SyncTrigger.Event ? null : UnlessTheScheduleFires(WhileActive);

    /// <summary>Pause before the n-th try.</summary>
    public TimeSpan PauseOf(int failures)
    {
        TimeSpan pause = schedule.Value.RetryPause;
        for (int i = 1; i < failures && pause < schedule.Value.LongestRetryPause; i++)
            pause = Longer(pause);
        return pause;
    }

    /// <summary>In how long an account is due when the worker starts: at once when it was never synced, was broken off, or missed its time; later when a failed
    /// night is to be tried again; null when the schedule will do.</summary>
    public TimeSpan? DueAtStart(SyncRun? last)
    {
        if (last is { Status: RunStatus.Failed or RunStatus.Partial, RetryAt: { } retryAt })
        {
            _pauses[last.AppId] = Bounded(retryAt - (last.FinishedAt ?? last.StartedAt));
            return Bounded(retryAt - time.GetUtcNow());
        }

        return schedule.Value.RunAtStart && (last is null || WasBrokenOff(last) || HasFiredSince(last)) ? TimeSpan.Zero : null;
    }

    /// <summary>Goes on with a night that was begun here or on another node.</summary>
    /// <param name="appId">The account.</param>
    /// <param name="pause">The pause before this try.</param>
    /// <param name="knownRun">The newest run when it was planned.</param>
    public void Continue(string appId, TimeSpan pause, long knownRun)
    {
        Know(appId, knownRun);
        if (pause > TimeSpan.Zero)
            _pauses[appId] = Bounded(pause);
    }

    /// <summary>The newest run that this process knows of; 0 = none.</summary>
    public long Known(string appId) => _known.GetValueOrDefault(appId);

    /// <summary>Remembers the newest run that this process knows of.</summary>
    public void Know(string appId, long runId) => _known.AddOrUpdate(appId, runId, (_, known) => Math.Max(known, runId));

    /// <summary>Whether somebody else has synced the account since, so that there is nothing to try again.</summary>
    public bool IsOver(string appId, SyncRun? last) =>
        IsDone(last) && _known.TryGetValue(appId, out long known) && last!.RunId > known;

    /// <summary>Whether a firing has nothing left to do, since somebody else has done it: another node, or a person.</summary>
    public bool IsNeedless(Firing firing, string appId, SyncRun? last) => firing.Kind switch
    {
        FiringKind.Retry => IsOver(appId, last),
        FiringKind.Start => DueAtStart(last) != TimeSpan.Zero,
        FiringKind.Hand => false,
        // The node that died had closed its run already, or another has run since.
        _ when firing.IsTakenOver => last is { RetryAt: null } && !WasBrokenOff(last) && last.StartedAt >= firing.DueAt - ClockDifference && last.StartedAt <= time.GetUtcNow() + ClockDifference,
        // A worker that was paused while the schedule fired makes it up when it goes on, and one that was away makes it up at its start: it may be done by then.
        _ => IsDone(last) && last!.StartedAt <= time.GetUtcNow() + ClockDifference
            && (last.StartedAt >= firing.DueAt || (IsOver(appId, last) && last.StartedAt >= FiredLast() - ClockError)),
    };

    private TimeSpan? UnlessTheScheduleFires(TimeSpan pause)
    {
        DateTimeOffset now = time.GetUtcNow();
        return NextRun.After(now, schedule.Value) is { } next && next <= now + pause ? null : pause;
    }

    private static bool IsDone(SyncRun? last) => last is { Status: RunStatus.Succeeded or RunStatus.Held };

    private DateTimeOffset FiredLast() =>
        CronText.Parse(schedule.Value.Cron, schedule.Value.TimeZone).GetPreviousValidTimeBefore(time.GetUtcNow()) ?? DateTimeOffset.MaxValue;

    private bool HasFiredSince(SyncRun last) =>
        NextRun.After((last.FinishedAt ?? last.StartedAt) + ClockDifference, schedule.Value) is { } fired && fired <= time.GetUtcNow();

    // A failed run is left to the schedule: a worker that is restarted over and over must not spend the day's quota.
    private static bool WasBrokenOff(SyncRun run) => run.Status is RunStatus.Running or RunStatus.Abandoned or RunStatus.Cancelled;

    private TimeSpan Longer(TimeSpan pause) => Bounded(pause * 2);

    private TimeSpan Bounded(TimeSpan pause) =>
        pause < TimeSpan.Zero ? TimeSpan.Zero : pause < schedule.Value.LongestRetryPause ? pause : schedule.Value.LongestRetryPause;
}
