using System.Collections.Concurrent;
using FollowerSync.Emulator.Hosting;

namespace FollowerSync.Emulator;

/// <summary>The latest requests one by one, and exact counters of all of them. Its size does not grow with the number of requests.</summary>
public sealed class RequestLog
{
    private readonly Lock _gate = new();
    private readonly RequestRecord[] _ring;
    private readonly ConcurrentDictionary<(string Path, string AppId, int ErrCode), long> _counts = new();
    private long _written;
    private int _inFlight;
    private int _maxInFlight;
    private long _openIds;

    internal RequestLog(int remembered) => _ring = new RequestRecord[Math.Max(1, remembered)];

    /// <summary>Requests since the start or the last <see cref="Clear"/>.</summary>
    public long Total => _counts.Values.Sum();

    /// <summary>Openids asked for or listed, together.</summary>
    public long OpenIds => Interlocked.Read(ref _openIds);

    /// <summary>Requests being answered at this moment.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The most requests that were being answered at one moment.</summary>
    public int MaxInFlight => Volatile.Read(ref _maxInFlight);

    /// <summary>The latest requests, the oldest first.</summary>
    public IReadOnlyList<RequestRecord> Recent
    {
        get
        {
            lock (_gate)
            {
                long first = Math.Max(0, _written - _ring.Length);
                return [.. Enumerable.Range(0, (int)(_written - first)).Select(i => _ring[(first + i) % _ring.Length])];
            }
        }
    }

    /// <summary>Requests of a path, of one account or all.</summary>
    public long Count(string path, string? appId = null) =>
        _counts.Where(count => count.Key.Path == path && (appId is null || count.Key.AppId == appId)).Sum(count => count.Value);

    /// <summary>Answers with an errcode, of all paths or one; 0 counts the good answers.</summary>
    public long CountErrCode(int errCode, string? path = null) =>
        _counts.Where(count => count.Key.ErrCode == errCode && (path is null || count.Key.Path == path)).Sum(count => count.Value);

    /// <summary>Forgets requests and counters.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _counts.Clear();
            _written = 0;
            _maxInFlight = _inFlight;
            Interlocked.Exchange(ref _openIds, 0);
        }
    }

    internal void Begin()
    {
        int now = Interlocked.Increment(ref _inFlight);
        int most = Volatile.Read(ref _maxInFlight);
        while (now > most)
            most = Interlocked.CompareExchange(ref _maxInFlight, now, most) is int seen && seen == most ? now : seen;
    }

    internal void End() => Interlocked.Decrement(ref _inFlight);

    internal void Add(ApiCall call, DateTimeOffset now)
    {
        Interlocked.Add(ref _openIds, call.OpenIds);
        string path = call.IsKnownPath ? call.Path : "unknown";
        _counts.AddOrUpdate((path, call.Owner?.AppId ?? "", call.ErrCode), 1, static (_, count) => count + 1);
        RequestRecord record = new(now, call.Context.Request.Method, call.Path, call.Owner?.AppId, call.OpenIds, call.ErrCode, call.Rid,
            call.Faults.Count == 0 ? "" : string.Join(',', call.Faults.Select(rule => rule.Fault)));
        lock (_gate)
            _ring[_written++ % _ring.Length] = record;
    }
}
