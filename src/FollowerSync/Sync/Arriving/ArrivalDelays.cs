using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Arriving;

/// <summary>Lets the people in flight wait when asking broke off by a limit or a stop of the account. That WeChat is away says nothing of anybody: they stay due.</summary>
internal sealed class ArrivalDelays(RunLease lease, ArrivalsInFlight inFlight)
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    /// <param name="failure">What broke it off.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task PostponeAsync(WeChatApiException failure, CancellationToken cancellationToken) => failure.Reaction switch
    {
        Reaction.QuotaSpent => PostponeAsync(ArrivalInbox.UntilNextDayAsync, cancellationToken),
        Reaction.StopAccount => PostponeAsync(_ => Task.FromResult(failure.Due.LookAgainAfter), cancellationToken),
        Reaction.SlowDown => PostponeAsync(_ => Task.FromResult(OneMinute), cancellationToken),
        _ => Task.CompletedTask,
    };

    private Task PostponeAsync(Func<Transaction, Task<TimeSpan>> pauseOf, CancellationToken cancellationToken)
    {
        IReadOnlyList<ArrivedPerson> people = inFlight.All;
        return people.Count == 0 ? Task.CompletedTask : lease.RunAsync(
            async tx => await ArrivalInbox.PostponeAsync(tx, lease.AppId, [.. people.SelectMany(p => p.Rows)], await pauseOf(tx)), cancellationToken);
    }
}
