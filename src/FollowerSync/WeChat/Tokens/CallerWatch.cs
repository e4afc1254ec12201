namespace FollowerSync.WeChat.Tokens;

/// <summary>Ends work under a token's lock when its caller leaves: at once while nobody was asked for a token, and some seconds later from then on. A classic token that was given
/// out has voided the one before, so it must be stored, and every call be counted.</summary>
internal sealed class CallerWatch : IDisposable
{
    // The stop of the process waits as long.
    private static readonly TimeSpan ForAnswer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ForStoring = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _call;
    private readonly CancellationTokenSource _statements;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _leaving;
    private bool _hasAsked;

    public CallerWatch(TimeProvider time, CancellationToken caller)
    {
        _call = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _statements = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _caller = caller;
        _leaving = caller.Register(Leave);
    }

    /// <summary>Ends the statements.</summary>
    public CancellationToken Statements => _statements.Token;

    /// <summary>To be called before each call; what it returns ends the call.</summary>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public CancellationToken BeginCall()
    {
        // In this order: either Leave sees the call, or the call sees that the caller has left.
        Interlocked.Exchange(ref _hasAsked, true);
        _caller.ThrowIfCancellationRequested();
        return _call.Token;
    }

    public void Dispose()
    {
        _leaving.Dispose();
        _call.Dispose();
        _statements.Dispose();
    }

    private void Leave()
    {
        bool hasAsked = Volatile.Read(ref _hasAsked);
        _call.CancelAfter(hasAsked ? ForAnswer : TimeSpan.Zero);
        _statements.CancelAfter(hasAsked ? ForStoring : TimeSpan.Zero);
    }
}
