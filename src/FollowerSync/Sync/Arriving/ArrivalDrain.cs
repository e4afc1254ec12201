using FollowerSync.Arrivals;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Arriving;

/// <summary>The account's inbox, as a run sees it: whom to ask about and when, and what waits when asking breaks off.</summary>
internal sealed class ArrivalDrain(RunLease lease, ArrivalsInFlight inFlight, ArrivalReader reader, ArrivalDelays delays, TimeProvider time)
{
    private readonly ArrivalTurns _turns = new(reader, time);

    /// <summary>Whether nobody can be asked about, so that no turn is taken.</summary>
    public bool Rests { get; init; }

    /// <summary>Whether answers about some of them are still to come or to be stored.</summary>
    public bool AreInFlight => !inFlight.IsEmpty;

    /// <summary>What is to be said of arrivals that nobody could be asked about; null = nothing.</summary>
    public Sentence? Note => reader.Nameless == 0 ? null : (Sentence)$"{reader.Nameless} arrivals named nobody, or something that cannot be an openid.";

    /// <summary>One walk through the inbox, page by page.</summary>
    public IAsyncEnumerable<ArrivalPage> ReadAsync(int most, CancellationToken cancellationToken) => reader.ReadAsync(most, cancellationToken);

    /// <inheritdoc cref="ArrivalTurns.TakeAsync"/>
    public ValueTask TakeTurnAsync(int others, Func<Ask[], bool, Task> ask, CancellationToken cancellationToken) =>
        Rests ? ValueTask.CompletedTask : _turns.TakeAsync(others, ask, cancellationToken);

    /// <inheritdoc cref="ArrivalDelays.PostponeAsync(WeChatApiException, CancellationToken)"/>
    public Task PostponeAsync(WeChatApiException failure, CancellationToken cancellationToken) => delays.PostponeAsync(failure, cancellationToken);

    /// <summary>The account answers: what waited for that waits no longer.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) => lease.RunAsync(tx => ArrivalInbox.ResumeAsync(tx, lease.AppId), cancellationToken);

    /// <summary>Deletes what nobody needs any more: arrivals that are closed, and old runs of arrivals.</summary>
    public Task TidyAsync(CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            await ArrivalInbox.DeleteOldAsync(tx);
            await SyncRunStore.DeleteOldEventRunsAsync(tx, lease.AppId);
        },
        cancellationToken);
}
