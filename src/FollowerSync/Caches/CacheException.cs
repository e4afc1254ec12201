using FollowerSync.Languages;

namespace FollowerSync.Caches;

/// <summary>A shared cache did not do what it was asked for. The text is our own: what the cache said is never quoted.</summary>
internal sealed class CacheException(Sentence text, CacheFault fault) : SentenceException(text)
{
    public CacheFault Fault { get; } = fault;
}

/// <summary>What a failure of a cache is about.</summary>
internal enum CacheFault
{
    /// <summary>It cannot be reached, or does not answer in time.</summary>
    Away,

    /// <summary>It does not let us in.</summary>
    Login,

    /// <summary>It is a replica by now: another one may be the primary behind the same name.</summary>
    ReadOnly,

    /// <summary>It answers, and does not do this.</summary>
    Refused,
}
