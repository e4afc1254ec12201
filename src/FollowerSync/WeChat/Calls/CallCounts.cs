using System.Collections.Concurrent;

namespace FollowerSync.WeChat.Calls;

/// <summary>What the calls of one run cost. Counted from many calls at once.</summary>
internal sealed class CallCounts
{
    private readonly ConcurrentDictionary<string, long> _byApi = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateOnly> _reservedOn = new(StringComparer.Ordinal);
    private long _calls;
    private long _retries;
    private long _tokenRefreshes;
    private long _waitedTicks;

    /// <summary>Calls made, repeated ones included.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    public long Retries => Interlocked.Read(ref _retries);

    public long TokenRefreshes => Interlocked.Read(ref _tokenRefreshes);

    /// <summary>Time spent waiting before repeats, summed over calls side by side.</summary>
    public TimeSpan Waited => new(Interlocked.Read(ref _waitedTicks));

    public void CountCall(string api)
    {
        Interlocked.Increment(ref _calls);
        _byApi.AddOrUpdate(api, 1, static (_, calls) => calls + 1);
    }

    /// <summary>A call for a token; the ledger has it already, written under the token's lock.</summary>
    public void CountTokenCall() => Interlocked.Increment(ref _calls);

    public void CountRetry(TimeSpan wait)
    {
        Interlocked.Increment(ref _retries);
        CountWait(wait);
    }

    public void CountWait(TimeSpan wait) => Interlocked.Add(ref _waitedTicks, wait.Ticks);

    public void CountTokenRefresh() => Interlocked.Increment(ref _tokenRefreshes);

    /// <summary>Whether the ledger has the next call already.</summary>
    public bool IsReserved(string api) => _byApi.TryGetValue(api, out long calls) && calls < 0;

    /// <summary>The ledger has so many calls that are still to be made, under this day.</summary>
    public void Reserved(string api, long count, DateOnly day)
    {
        _reservedOn[api] = day;
        _byApi.AddOrUpdate(api, -count, (_, calls) => calls - count);
    }

    /// <summary>The day under which the ledger has calls that are still to be made: it may be over.</summary>
    public DateOnly? ReservedOn(string api) => _reservedOn.TryGetValue(api, out DateOnly day) ? day : null;

    /// <summary>What the ledger has too few, or, of calls written down and not made, too many (negative), by API: for the end of a run.</summary>
    public IReadOnlyDictionary<string, long> Unsettled => _byApi.Where(calls => calls.Value != 0).ToDictionary(StringComparer.Ordinal);

    /// <summary>The calls that the ledger does not have yet, by API.</summary>
    public IReadOnlyDictionary<string, long> Unwritten => _byApi.Where(calls => calls.Value > 0).ToDictionary(StringComparer.Ordinal);

    /// <summary>The ledger has them now: the transaction that wrote them is committed.</summary>
    public void Wrote(IReadOnlyDictionary<string, long> callsByApi)
    {
        foreach ((string api, long written) in callsByApi)
            _byApi.AddOrUpdate(api, 0, (_, calls) => calls - written);
    }
}
