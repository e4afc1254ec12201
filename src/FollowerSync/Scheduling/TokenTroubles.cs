using System.Collections.Concurrent;

namespace FollowerSync.Scheduling;

/// <summary>What is known to be wrong with each account, its token or its arrivals, so that it is told once and not every few seconds.</summary>
internal sealed class TokenTroubles
{
    private readonly ConcurrentDictionary<string, string> _kinds = new(StringComparer.Ordinal);

    /// <summary>Remembers the trouble; whether it is news: there was none, or one of another kind.</summary>
    public bool Begin(string appId, string kind)
    {
        string? before = null;
        _kinds.AddOrUpdate(appId, kind, (_, known) =>
        {
            before = known;
            return kind;
        });
        return before != kind;
    }

    /// <summary>Likewise for a trouble that somebody else met: no news while any is known.</summary>
    public bool BeginElsewhere(string appId) => _kinds.TryAdd(appId, "elsewhere");

    /// <summary>All is well; whether it was not before.</summary>
    public bool End(string appId) => _kinds.TryRemove(appId, out _);
}
