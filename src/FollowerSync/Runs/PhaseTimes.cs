using System.Diagnostics;
using FollowerSync.Telemetry;

namespace FollowerSync.Runs;

/// <summary>How long each part of a run has taken so far, and a span of each where spans are wanted. Entered by the run, read by its writer.</summary>
internal sealed class PhaseTimes(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SyncPhase, TimeSpan> _ended = [];
    private (SyncPhase Phase, long Since)? _current;
    private Activity? _span;

    /// <summary>Ends the part that is under way and begins another.</summary>
    public void Enter(SyncPhase phase)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_current is { } current)
                _ended[current.Phase] = Ended(current.Phase) + time.GetElapsedTime(current.Since, now);
            _current = (phase, now);
            _span?.Dispose();
            _span = Instruments.Runs.StartActivity(phase == SyncPhase.Closing ? "close" : phase.ToString().ToLowerInvariant());
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _span?.Dispose();
    }

    /// <summary>The run with the times of its parts; null = the run did not get there.</summary>
    public SyncRun Into(SyncRun run)
    {
        lock (_gate)
        {
            return run with
            {
                ListingTook = Of(SyncPhase.Listing),
                ConfirmingTook = Of(SyncPhase.Confirming),
                RefreshingTook = Of(SyncPhase.Refreshing),
                ClosingTook = Of(SyncPhase.Closing),
            };
        }
    }

    private TimeSpan? Of(SyncPhase phase) =>
        _current is { } current && current.Phase == phase ? Ended(phase) + time.GetElapsedTime(current.Since)
        : _ended.TryGetValue(phase, out TimeSpan took) ? took : null;

    private TimeSpan Ended(SyncPhase phase) => _ended.GetValueOrDefault(phase);
}
