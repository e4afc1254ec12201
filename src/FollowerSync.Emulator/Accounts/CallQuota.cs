using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator.Accounts;

/// <summary>Counts the calls of one account by path, Beijing day and minute, and says when a limit is reached.</summary>
internal sealed class CallQuota
{
    /// <summary>What <c>quota/get</c> tells of a path without a limit.</summary>
    public const int Unlimited = 100_000_000;

    private const int ClearsPerMonth = 10;

    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTime Day, int Used, DateTime Minute, int UsedInMinute)> _calls = new(StringComparer.Ordinal);
    private readonly EmulatorOptions _options;
    private readonly IReadOnlyDictionary<string, int> _daily;
    private DateTime _month;
    private int _clears;

    public CallQuota(EmulatorOptions options)
    {
        _options = options;
        _daily = options.DailyLimits.ContainsKey(Paths.Token) ? options.DailyLimits : options.DailyLimits.Add(Paths.Token, options.DailyTokenLimit);
    }

    private DateTime Now => _options.TimeProvider.GetUtcNow().ToOffset(Beijing).DateTime;

    public WeChatError? Count(string path)
    {
        lock (_gate)
        {
            DateTime now = Now;
            DateTime minute = new(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, DateTimeKind.Unspecified);
            (DateTime day, int used, DateTime counted, int inMinute) = _calls.GetValueOrDefault(path);
            used = day == now.Date ? used : 0;
            inMinute = counted == minute ? inMinute : 0;
            if (used >= DailyLimit(path))
                return WeChatError.DailyQuotaSpent;
            if (_options.MinuteLimits.TryGetValue(path, out int perMinute) && inMinute >= perMinute)
                return WeChatError.MinuteQuotaSpent;
            _calls[path] = (now.Date, used + 1, minute, inMinute + 1);
            return null;
        }
    }

    public int DailyLimit(string path) => _daily.GetValueOrDefault(path, Unlimited);

    public int MinuteLimit(string path) => _options.MinuteLimits.GetValueOrDefault(path);

    public int Used(string path)
    {
        lock (_gate)
            return _calls.TryGetValue(path, out var calls) && calls.Day == Now.Date ? calls.Used : 0;
    }

    /// <summary>Ten times a month, as WeChat allows.</summary>
    public bool TryClear()
    {
        lock (_gate)
        {
            DateTime month = new(Now.Year, Now.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
            _clears = month == _month ? _clears + 1 : 1;
            _month = month;
            if (_clears > ClearsPerMonth)
                return false;
            _calls.Clear();
            return true;
        }
    }
}
