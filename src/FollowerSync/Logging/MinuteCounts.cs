using System.Net;

namespace FollowerSync.Logging;

/// <summary>Counts what anybody can make happen any number of times, so that it is told at most once a minute.</summary>
/// <typeparam name="T">What is counted apart.</typeparam>
internal sealed class MinuteCounts<T>(TimeProvider time)
    where T : notnull
{
    /// <summary>Time between two times of telling.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<T, long> _untold = [];
    private (T What, IPAddress? Sender) _last;
    private long? _toldAt;

    /// <summary>Counts one, and takes what is to be told now.</summary>
    /// <inheritdoc cref="Take"/>
    public Counted? Add(T what, IPAddress? sender)
    {
        lock (_gate)
        {
            _untold[what] = _untold.GetValueOrDefault(what) + 1;
            _last = (what, sender);
        }

        return Take();
    }

    /// <summary>Takes what was counted and not told.</summary>
    /// <param name="isEnd">Whether there will be no other time to tell it.</param>
    /// <returns>Null when nothing is to be told, or it was told less than a minute ago.</returns>
    public Counted? Take(bool isEnd = false)
    {
        lock (_gate)
        {
            if (_untold.Count == 0 || (!isEnd && _toldAt is { } at && time.GetElapsedTime(at) < Interval))
                return null;
            Counted counted = new(_untold.ToDictionary(), _last.What, _last.Sender);
            _untold.Clear();
            _toldAt = time.GetTimestamp();
            return counted;
        }
    }

    /// <param name="Counts">How often each happened.</param>
    /// <param name="Last">What happened last.</param>
    /// <param name="Sender">Where that came from; null = not known.</param>
    internal sealed record Counted(IReadOnlyDictionary<T, long> Counts, T Last, IPAddress? Sender);
}
