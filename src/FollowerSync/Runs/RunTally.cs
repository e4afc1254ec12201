using FollowerSync.Followers;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.Runs;

/// <summary>The counts of a run while it goes on. Written by the run's one writer, read from anywhere.</summary>
internal sealed class RunTally(SyncRun run, CallCounts calls, IProgress<SyncProgress>? progress)
{
    private long _planned;
    private long _fetched;
    private long _merged;
    private long _stored;
    private long _due;
    private long _plannedBeforeDue;

    /// <summary>The run with the counts so far.</summary>
    public SyncRun Run { get; private set; } = run;

    /// <summary>The calls of the run.</summary>
    public CallCounts Calls => calls;

    public SyncPhase Phase { get; private set; }

    /// <summary>Whether this run has stored or confirmed anybody.</summary>
    public bool HasMerged => Interlocked.Read(ref _merged) > 0;

    /// <summary>Whether anybody looks at the progress, so that what it costs to tell how much there is to do is not spent for nothing.</summary>
    public bool IsWatched => progress is not null;

    /// <summary>Says how much there is to do.</summary>
    /// <param name="stored">Followers stored as following when the run began.</param>
    /// <param name="due">Those of them the round has still to ask for.</param>
    public void Expect(long stored, long due) => (_stored, _due) = (stored, due);

    public void Enter(SyncPhase phase)
    {
        Phase = phase;
        if (phase == SyncPhase.Refreshing)
            _plannedBeforeDue = Interlocked.Read(ref _planned);
        Report();
    }

    public void Listed(long listingId, long? wechatTotal, long listed)
    {
        Run = Run with { ListingId = listingId, WechatTotal = wechatTotal, Listed = listed };
        Report();
    }

    public void Planned(int asks)
    {
        Interlocked.Add(ref _planned, asks);
        Report();
    }

    public void Fetched(int asks)
    {
        Interlocked.Add(ref _fetched, asks);
        Report();
    }

    public void Merged(int asks, MergeCounts counts, int rejected)
    {
        Interlocked.Add(ref _merged, asks);
        Run = After(counts, rejected);
        Report();
    }

    public void Unsubscribed(long people) => Run = Run with { Unsubscribed = Run.Unsubscribed + people };

    /// <summary>The run as it would stand after a merge that is about to be committed.</summary>
    public SyncRun After(MergeCounts counts, int rejected) => WithCalls(Run) with
    {
        Added = Run.Added + counts.Added,
        Changed = Run.Changed + counts.Changed,
        Unchanged = Run.Unchanged + counts.Unchanged,
        Rejected = Run.Rejected + rejected,
    };

    /// <summary>The run with its final status.</summary>
    public SyncRun Closed(RunStatus status, string? error, bool settingsAtFault = false) =>
        WithCalls(Run) with { Status = status, Error = error, SettingsAtFault = settingsAtFault };

    private SyncRun WithCalls(SyncRun run) =>
        run with { ApiCalls = calls.Calls, Retries = calls.Retries, TokenRefreshes = calls.TokenRefreshes, Waited = calls.Waited };

    private void Report() => progress?.Report(new SyncProgress(
        Run.AppId, Phase, Run.WechatTotal ?? 0, Run.Listed, Expected(), Interlocked.Read(ref _fetched), Interlocked.Read(ref _merged), calls.Calls));

    // While the list is read, as many are new as WeChat says it has more than are stored.
    private long Expected()
    {
        long planned = Interlocked.Read(ref _planned);
        return Phase switch
        {
            SyncPhase.Listing when Run.WechatTotal is null => 0,
            SyncPhase.Listing => Math.Max(planned, Run.WechatTotal.Value - _stored) + _due,
            SyncPhase.Confirming => planned + _due,
            SyncPhase.Refreshing => Math.Max(planned, _plannedBeforeDue + _due),
            _ => planned,
        };
    }
}
