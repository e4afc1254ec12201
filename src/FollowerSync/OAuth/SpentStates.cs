using FollowerSync.Database;
using FollowerSync.Logging;

namespace FollowerSync.OAuth;

/// <summary>Lets no state be used twice. While the database is away a process knows only what it has seen itself; visitors go on all the same, since a code of
/// WeChat works once in any case.</summary>
internal sealed partial class SpentStates(FollowerDatabase database, TimeProvider time, ILogger<SpentStates> logger)
{
    // A visitor waits.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly SeenNonces _seen = new(time);
    private readonly Outage _outage = new(time);

    public async Task<StateUse> SpendAsync(byte[] nonce, CancellationToken cancellationToken)
    {
        if (!_seen.Add(nonce))
            return StateUse.Before;

        using CancellationTokenSource deadline = new(Deadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // Once: repeated after a commit whose answer was lost, it would find its own row and refuse the visitor.
            StateUse use = await database.RunOnceAsync(tx => NonceStore.SpendAsync(tx, nonce), either.Token);
            if (_outage.End() is { } lasted)
                LogBack(lasted);
            return use;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_outage.Begin())
                LogAway(deadline.IsCancellationRequested ? new TimeoutException("the database does not answer in time") : exception);
            return StateUse.First;
        }
    }

    [LoggerMessage(2504, LogLevel.Warning, "The database does not tell whether a visitor's state was used before. Visitors go on; each process refuses what it has seen itself")]
    private partial void LogAway(Exception exception);

    [LoggerMessage(2505, LogLevel.Information, "States of visitors are compared with the database again, after {Lasted}")]
    private partial void LogBack(TimeSpan lasted);
}

/// <summary>Whether a state was used before.</summary>
internal enum StateUse
{
    First,

    /// <summary>Within half a minute, by another process.</summary>
    JustNow,

    Before,
}
