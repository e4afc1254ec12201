using FollowerSync.Sync.Asking;

namespace FollowerSync.Sync.Arriving;

/// <summary>When a run that does something else asks about people who arrived: at once, then every two seconds; while many wait, turn and turn about with
/// its own people, so that neither starves.</summary>
internal sealed class ArrivalTurns(ArrivalReader reader, TimeProvider time)
{
    private const int PeopleATurn = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private long? _lastTurn;
    private bool _moreWait;
    private int _others;

    /// <summary>Asks, when it is the arrivals' turn.</summary>
    /// <param name="others">Others who were asked about since the last time.</param>
    /// <param name="ask">Asks about a batch; said of the last of a turn is that its answers are to be stored at once.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public ValueTask TakeAsync(int others, Func<Ask[], bool, Task> ask, CancellationToken cancellationToken)
    {
        _others += others;
        return IsTurn() ? new ValueTask(AskAsync(ask, cancellationToken)) : ValueTask.CompletedTask;
    }

    private bool IsTurn() => _lastTurn is not { } last || (_moreWait && _others >= PeopleATurn) || time.GetElapsedTime(last) >= Pause;

    private async Task AskAsync(Func<Ask[], bool, Task> ask, CancellationToken cancellationToken)
    {
        ArrivalPage? page = await reader.ReadPageAsync(PeopleATurn, cancellationToken);
        for (int i = 0; i < page?.Batches.Count; i++)
            await ask(page.Batches[i], i == page.Batches.Count - 1);
        (_lastTurn, _moreWait, _others) = (time.GetTimestamp(), page?.IsFull == true, 0);
    }
}
