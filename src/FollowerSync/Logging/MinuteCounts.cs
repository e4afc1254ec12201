using System.Net;

namespace FollowerSync.Logging;

/// <summary>Counts what anybody can make happen any number of times, and tells it: the first at once, what follows at most once a minute, and the rest at the end.</summary>
/// <typeparam name="T">What is counted apart.</typeparam>
/// <param name="time">Its clock.</param>
internal abstract class MinuteCounts<T>(TimeProvider time) : IDisposable
    where T : notnull
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<T, long> _untold = [];
    private (T What, IPAddress? Sender) _last;

    // While there is one, it was told less than a minute ago.
    private ITimer? _rest;

    protected TimeProvider Time => time;

    /// <param name="what">What happened.</param>
    /// <param name="sender">Where it came from; null = not known.</param>
    /// <param name="count">How often.</param>
    public void Add(T what, IPAddress? sender, long count = 1)
    {
        Counted? counted;
        lock (_gate)
        {
            _untold[what] = _untold.GetValueOrDefault(what) + count;
            _last = (what, sender);
            counted = _rest is null ? Take() : null;
        }

        TellIfAny(counted);
    }

    /// <summary>Tells what is left.</summary>
    public void Dispose()
    {
        Counted? counted;
        lock (_gate)
        {
            counted = Take();
            _rest?.Dispose();
        }

        TellIfAny(counted);
    }

    /// <summary>Writes the line.</summary>
    protected abstract void Tell(Counted told);

    private void TellWhatCameMeanwhile()
    {
        Counted? counted;
        lock (_gate)
            counted = Take();
        TellIfAny(counted);
    }

    private Counted? Take()
    {
        _rest?.Dispose();
        _rest = null;
        if (_untold.Count == 0)
            return null;
        Counted counted = new(_untold.ToDictionary(), _last.What, _last.Sender);
        _untold.Clear();
        _rest = time.CreateTimer(_ => TellWhatCameMeanwhile(), state: null, Interval, Timeout.InfiniteTimeSpan);
        return counted;
    }

    private void TellIfAny(Counted? counted)
    {
        if (counted is not null)
            Tell(counted);
    }

    /// <param name="Counts">How often each happened.</param>
    /// <param name="Last">What happened last.</param>
    /// <param name="Sender">Where that came from; null = not known.</param>
    internal sealed record Counted(IReadOnlyDictionary<T, long> Counts, T Last, IPAddress? Sender);
}
