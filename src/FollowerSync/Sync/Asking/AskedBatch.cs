using System.Collections.ObjectModel;
using FollowerSync.Followers;

namespace FollowerSync.Sync.Asking;

/// <summary>What became of every openid of a batch: each stands in exactly one of the lists, or is one of the unchanged;
/// nobody does when the batch got no usable answer.</summary>
/// <param name="Asks">What was asked, in order.</param>
/// <param name="Profiles">People who follow, except the unchanged.</param>
/// <param name="Gone">People whom WeChat answered as not following.</param>
/// <param name="Rejections">Openids without a usable answer.</param>
/// <param name="Unchanged">How many were answered just as the last time.</param>
internal sealed record AskedBatch(
    IReadOnlyList<Ask> Asks, IReadOnlyList<FollowerProfile> Profiles, IReadOnlyList<GoneAnswer> Gone, IReadOnlyList<Rejection> Rejections, int Unchanged)
{
    /// <summary>A batch that got no usable answer: nothing is known of anybody in it.</summary>
    public static AskedBatch Unanswered(IReadOnlyList<Ask> asks) => new(asks, [], [], [], Unchanged: 0);

    /// <summary>Whether somebody waits for it, so that it is not to wait for others.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>When asking began, by a clock that nobody sets.</summary>
    public long AskedAt { get; init; }

    /// <summary>How often a value could not be read, by column.</summary>
    public IReadOnlyDictionary<string, int> Unreadable { get; init; } = ReadOnlyDictionary<string, int>.Empty;
}

/// <summary>WeChat's word that a person does not follow.</summary>
/// <param name="OpenId">The person.</param>
/// <param name="Reason">Why the person was asked for.</param>
/// <param name="AskedSingly">Whether a single <c>user/info</c> said so too.</param>
/// <param name="ListedAt">When the list named the person; null = the list is not why.</param>
internal readonly record struct GoneAnswer(string OpenId, AskReason Reason, bool AskedSingly, DateTimeOffset? ListedAt = null);
