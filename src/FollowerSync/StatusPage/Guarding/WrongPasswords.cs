using System.Net;
using FollowerSync.Logging;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Counts wrong passwords by the address they come from. After ten within a minute the address rests for what is left of it; after a hundred from
/// wherever, everybody does. Told in the log at most once a minute.</summary>
internal sealed partial class WrongPasswords(TimeProvider time, ILogger<WrongPasswords> logger) : MinuteCounts<int>(time)
{
    private const int OfOneAddress = 10;
    private const int OfAll = 100;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _counts = [];
    private int _all;
    private long _since;

    /// <summary>How long whoever asks from there has to rest; null = not at all.</summary>
    public TimeSpan? RestFor(IPAddress? address)
    {
        lock (_lock)
        {
            TimeSpan gone = Roll();
            return _all >= OfAll || _counts.GetValueOrDefault(Key(address)) >= OfOneAddress ? Window - gone : null;
        }
    }

    public void Count(IPAddress? address)
    {
        lock (_lock)
        {
            Roll();
            _all++;
            _counts[Key(address)] = _counts.GetValueOrDefault(Key(address)) + 1;
        }

        Add(StatusCodes.Status401Unauthorized, address);
    }

    protected override void Tell(Counted told) => LogWrong(told.Counts.Values.Sum(), told.Sender?.ToString() ?? "unknown");

    // Whoever has a network of the sixth version has as many addresses as there are guesses: they count as one.
    private static IPAddress Key(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private TimeSpan Roll()
    {
        TimeSpan gone = Time.GetElapsedTime(_since);
        if (_since != 0 && gone < Window)
            return gone;
        _since = Time.GetTimestamp();
        _all = 0;
        _counts.Clear();
        return TimeSpan.Zero;
    }

    [LoggerMessage(3505, LogLevel.Warning, "Wrong passwords for the status page since this was told last: {Count}; the last one came from {From}")]
    private partial void LogWrong(long count, string from);
}
