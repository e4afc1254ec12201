namespace FollowerSync.Logging;

/// <summary>Something that works, or does not for a while: the change is worth a line of the log, its repetitions are not. What comes and goes all the time is
/// told again only when it lasts.</summary>
internal sealed class Outage(TimeProvider time)
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _since;
    private long? _lastEnd;
    private bool _lasts;
    private bool _isTold;

    /// <summary>It does not work.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Begin()
    {
        lock (_gate)
        {
            if (!_lasts)
                (_since, _lasts, _isTold) = (time.GetTimestamp(), true, false);
            bool isNews = !_isTold && (!EndedShortlyBefore() || time.GetElapsedTime(_since) >= Brief);
            _isTold |= isNews;
            return isNews;
        }
    }

    /// <summary>It works.</summary>
    /// <returns>How long it had not, in whole seconds; null when that is no news.</returns>
    public TimeSpan? End()
    {
        if (!Volatile.Read(ref _lasts))
            return null;
        lock (_gate)
        {
            if (!_lasts)
                return null;
            _lasts = false;
            _lastEnd = time.GetTimestamp();
            return _isTold ? TimeSpan.FromSeconds(Math.Ceiling(time.GetElapsedTime(_since).TotalSeconds)) : null;
        }
    }

    private bool EndedShortlyBefore() => _lastEnd is { } end && time.GetElapsedTime(end, _since) < Brief;
}
