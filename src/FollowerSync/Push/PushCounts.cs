using System.Globalization;
using System.Net;

namespace FollowerSync.Push;

/// <summary>Counts what became of the pushes, and tells what was not taken: at most a line a minute, however many there are.</summary>
internal sealed partial class PushCounts(TimeProvider time, ILogger<PushCounts> logger)
{
    /// <summary>Time between two lines.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _untold = new(StringComparer.Ordinal);
    private IPAddress _lastSender = IPAddress.None;
    private long? _toldAt;

    /// <summary>Counts one push that was not taken.</summary>
    /// <param name="what">Why, as in "17 pushes …".</param>
    /// <param name="sender">Where it came from.</param>
    public void Add(string what, IPAddress sender)
    {
        lock (_gate)
        {
            _untold[what] = _untold.GetValueOrDefault(what) + 1;
            _lastSender = sender;
        }

        TellWhenDue();
    }

    /// <summary>Tells what was counted since the last line, when that is long enough ago.</summary>
    public void TellWhenDue() => Tell(isDueOnly: true);

    /// <summary>Tells what was counted since the last line.</summary>
    public void Tell() => Tell(isDueOnly: false);

    private void Tell(bool isDueOnly)
    {
        string counts;
        IPAddress sender;
        lock (_gate)
        {
            if (_untold.Count == 0 || (isDueOnly && _toldAt is { } at && time.GetElapsedTime(at) < Interval))
                return;
            counts = string.Join("; ", _untold.OrderByDescending(one => one.Value).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value:N0} {one.Key}")));
            sender = _lastSender;
            _untold.Clear();
            _toldAt = time.GetTimestamp();
        }

        LogNotTaken(counts, sender.ToString());
    }

    [LoggerMessage(LogLevel.Warning, "Pushes not taken: {Counts}. The last one came from {Sender}")]
    private partial void LogNotTaken(string counts, string sender);
}
