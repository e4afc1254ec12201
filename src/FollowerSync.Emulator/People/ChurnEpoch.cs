namespace FollowerSync.Emulator.People;

/// <summary>A moment of the churn clock: everything that membership at that moment depends on, never changed once made.</summary>
internal sealed class ChurnEpoch
{
    private readonly double[] _clocks;
    private readonly long[] _times;

    private ChurnEpoch(double[] clocks, long[] times)
    {
        _clocks = clocks;
        _times = times;
        FirstChangeBelow = (ulong)((1 - Math.Exp(-Clock)) * ulong.MaxValue);
    }

    public static ChurnEpoch Start { get; } = new([], []);

    public double Clock => _clocks.Length == 0 ? 0 : _clocks[^1];

    /// <summary>A person whose first waiting time hashes to less has changed at least once.</summary>
    public ulong FirstChangeBelow { get; }

    /// <summary>The epoch after a share of the people has changed.</summary>
    public ChurnEpoch After(double share, DateTimeOffset now) =>
        new([.. _clocks, Clock - Math.Log(1 - Math.Clamp(share, 0, 0.999_999))], [.. _times, now.ToUnixTimeSeconds()]);

    /// <summary>When the step happened in which the clock passed this value, in Unix seconds.</summary>
    public long TimeOf(double clock)
    {
        int at = Array.BinarySearch(_clocks, clock);
        return _times[Math.Min(at < 0 ? ~at : at, _times.Length - 1)];
    }
}
