using System.Globalization;

namespace FollowerSync.Push;

/// <summary>Judges times that WeChat wrote by two clocks, this machine's and the database's: one of them being wrong must not lose every push. What both
/// find too far away is refused.</summary>
internal sealed class PushClock(TimeProvider time)
{
    /// <summary>How far the time of a request may be away, either way.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private volatile Reading? _database;

    /// <summary>Takes note of what the database's clock shows; it is carried on by a clock that nobody sets.</summary>
    public void Learn(DateTimeOffset database) => _database = new Reading(database, time.GetTimestamp());

    /// <summary>Whether the timestamp of a request, in seconds, is of now.</summary>
    public bool IsNow(string timestamp) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && Array.Exists(Clocks(), now => IsNear(now, seconds));

    /// <summary>Whether something can have happened at a time: not later than the later clock allows.</summary>
    public bool IsPossible(DateTimeOffset happened) => Array.Exists(Clocks(), now => happened - now <= Window);

    private DateTimeOffset[] Clocks() => _database is { } reading
        ? [time.GetUtcNow(), reading.Clock + time.GetElapsedTime(reading.Timestamp)]
        : [time.GetUtcNow()];

    private static bool IsNear(DateTimeOffset now, long seconds)
    {
        long nowSeconds = now.ToUnixTimeSeconds();
        return seconds <= nowSeconds + (long)Window.TotalSeconds && seconds >= nowSeconds - (long)Window.TotalSeconds;
    }

    private sealed record Reading(DateTimeOffset Clock, long Timestamp);
}
