namespace FollowerSync.OAuth;

/// <summary>The nonces this process has seen lately, in two generations: when the younger is old or full, the elder is forgotten.</summary>
internal sealed class SeenNonces(TimeProvider time)
{
    private const int Most = 50_000;

    // Longer than a state holds.
    private static readonly TimeSpan Age = StateSigner.Life + StateSigner.ClockDifference;

    private readonly Lock _gate = new();
    private HashSet<string> _elder = new(StringComparer.Ordinal);
    private HashSet<string> _younger = new(StringComparer.Ordinal);
    private long _since = time.GetTimestamp();

    /// <returns>False when it was seen before.</returns>
    public bool Add(byte[] nonce)
    {
        string text = Convert.ToHexStringLower(nonce);
        lock (_gate)
        {
            if (_younger.Count >= Most || time.GetElapsedTime(_since) > Age)
                (_elder, _younger, _since) = (_younger, new(StringComparer.Ordinal), time.GetTimestamp());
            return !_elder.Contains(text) && _younger.Add(text);
        }
    }
}
