using FollowerSync.Languages;

namespace FollowerSync.Caches;

/// <summary>A shared cache did not do what it was asked for. The text is our own: what the cache said is never quoted.</summary>
internal sealed class CacheException(Sentence text, CacheFault fault) : SentenceException(text)
{
    public CacheFault Fault { get; } = fault;

    /// <summary>Whether it answered, and did not do this one thing: others it may do.</summary>
    public bool IsOfThis => Fault is CacheFault.Denied or CacheFault.Refused;

    /// <summary>Whether another login might do.</summary>
    public bool IsOfLogin => Fault is CacheFault.Login or CacheFault.Denied;
}

/// <summary>What a failure of a cache is about.</summary>
internal enum CacheFault
{
    /// <summary>It cannot be reached, or does not answer in time.</summary>
    Away,

    /// <summary>It does not let us in.</summary>
    Login,

    /// <summary>It lets us in, and has no right to this for the login.</summary>
    Denied,

    /// <summary>It is a replica by now: another one may be the primary behind the same name.</summary>
    ReadOnly,

    /// <summary>It answers, and does not do this.</summary>
    Refused,
}
