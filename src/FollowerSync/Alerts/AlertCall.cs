namespace FollowerSync.Alerts;

/// <summary>Wakes whoever waits, when there is something new to look at or to send.</summary>
internal sealed class AlertCall(TimeProvider time)
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Ring() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Whoever asks for this before it looks misses nothing that happens while it looks.</summary>
    public Task Next => _next.Task;

    /// <summary>Waits for a call, but no longer than so.</summary>
    public async Task WaitAsync(Task call, TimeSpan atMost, CancellationToken cancellationToken)
    {
        await call.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
