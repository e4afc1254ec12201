using System.Collections.Concurrent;

namespace FollowerSync.Scheduling;

/// <summary>How long work on each account waits after failures: 5 s, doubling to 5 min, so that a wrong secret, say, does not
/// spend the day's token calls.</summary>
internal sealed class RefreshPauses(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (TimeSpan Length, long Since)> _pauses = new(StringComparer.Ordinal);

    public bool IsPaused(string appId) =>
        _pauses.TryGetValue(appId, out (TimeSpan Length, long Since) pause) && time.GetElapsedTime(pause.Since) < pause.Length;

    /// <summary>Starts a pause twice as long as the last one, and returns it.</summary>
    public TimeSpan Lengthen(string appId) =>
        _pauses.AddOrUpdate(
            appId,
            _ => (Shortest, time.GetTimestamp()),
            (_, last) => (last.Length * 2 < Longest ? last.Length * 2 : Longest, time.GetTimestamp())).Length;

    public void Clear(string appId) => _pauses.TryRemove(appId, out _);
}
