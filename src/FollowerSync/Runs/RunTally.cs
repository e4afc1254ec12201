using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.Runs;

/// <summary>The counts of a run while it goes on. Written by the reader of the list and by the run's one writer, read from anywhere.</summary>
internal sealed class RunTally(SyncRun run, CallCounts calls, IProgress<SyncProgress>? progress, PhaseTimes times)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _unreadable = new(StringComparer.Ordinal);
    private long _planned;
    private long _fetched;
    private long _merged;
    private long _stored;
    private long _due;
    private long _plannedBeforeDue;

    /// <summary>The run with the counts so far.</summary>
    public SyncRun Run { get; private set; } = run;

    /// <summary>Likewise, with the times of its parts and its calls until now.</summary>
    public SyncRun Now => WithCalls(Run);

    /// <summary>The calls of the run.</summary>
    public CallCounts Calls => calls;

    public SyncPhase Phase { get; private set; }

    /// <summary>Whether this run has stored or confirmed anybody.</summary>
    public bool HasMerged => Interlocked.Read(ref _merged) > 0;

    /// <summary>How often a value could not be read and counted as missing, by column: <c>sex 3, subscribe_time 12</c>; null when all could.</summary>
    public string? Unreadable => _unreadable.Count == 0 ? null : string.Join(", ", _unreadable.Select(column => FormattableString.Invariant($"{column.Key} {column.Value}")));

    /// <summary>Whether anybody looks at the progress, so that what it costs to tell how much there is to do is not spent for nothing.</summary>
    public bool IsWatched => progress is not null;

    /// <summary>Says how much there is to do.</summary>
    /// <param name="stored">Followers stored as following when the run began.</param>
    /// <param name="due">Those of them the round has still to ask for.</param>
    public void Expect(long stored, long due) => (_stored, _due) = (stored, due);

    public void Enter(SyncPhase phase)
    {
        Phase = phase;
        times.Enter(phase);
        if (phase == SyncPhase.Refreshing)
            _plannedBeforeDue = Interlocked.Read(ref _planned);
        Report();
    }

    public void Listed(long listingId, long? wechatTotal, long listed) =>
        Change(run => run with { ListingId = listingId, WechatTotal = wechatTotal, Listed = listed });

    /// <summary>Something was listed that cannot be an openid.</summary>
    public void ListedImpossible(int openIds) => Change(run => run with { Rejected = run.Rejected + openIds });

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
        Change(run => With(run, counts, rejected));
    }

    /// <summary>Values that could not be read, by column.</summary>
    public void CountUnreadable(IReadOnlyDictionary<string, int> columns)
    {
        foreach ((string column, int times) in columns)
            _unreadable[column] = _unreadable.GetValueOrDefault(column) + times;
    }

    public void Unsubscribed(long people) => Change(run => run with { Unsubscribed = run.Unsubscribed + people });

    /// <summary>The run as it would stand after a merge that is about to be committed.</summary>
    public SyncRun After(MergeCounts counts, int rejected) => With(Run, counts, rejected);

    /// <summary>The run with its final status.</summary>
    public SyncRun Closed(RunStatus status, Sentence? error, bool settingsAtFault = false) =>
        WithCalls(Run) with { Status = status, Error = error, SettingsAtFault = settingsAtFault };

    private SyncRun With(SyncRun run, MergeCounts counts, int rejected) => WithCalls(run) with
    {
        Added = run.Added + counts.Added,
        Changed = run.Changed + counts.Changed,
        Unchanged = run.Unchanged + counts.Unchanged,
        Rejected = run.Rejected + rejected,
    };

    private SyncRun WithCalls(SyncRun run) =>
        times.Into(run) with { ApiCalls = calls.Calls, Retries = calls.Retries, TokenRefreshes = calls.TokenRefreshes, Waited = calls.Waited };

    private void Change(Func<SyncRun, SyncRun> change)
    {
        lock (_gate)
            Run = change(Run);
        Report();
    }

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
