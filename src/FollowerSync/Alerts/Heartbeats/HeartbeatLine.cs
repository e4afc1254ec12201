namespace FollowerSync.Alerts.Heartbeats;

/// <summary>The calls of one account, one after the other and no more than watchers take. Of those that did not arrive, the newest alone is made again.</summary>
internal sealed class HeartbeatLine(TimeProvider time)
{
    /// <summary>Calls a minute that healthchecks.io takes of one address.</summary>
    private const int MostAMinute = 5;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Touched by the call whose turn it is.
    private readonly Queue<long> _made = [];

    private TaskCompletionSource _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is under way.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Makes a call when those before it are over; returns at once.</summary>
    /// <param name="call">Makes it. The task that it is given ends when a newer call takes its place.</param>
    public void Enter(Func<Task, Task> call)
    {
        lock (_gate)
        {
            _newer.TrySetResult();
            _newer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Work = AfterAsync(Work, call, _newer.Task);
        }
    }

    /// <summary>Waits until one more may be made within the minute.</summary>
    /// <returns>False when a newer one takes the place.</returns>
    public async Task<bool> TakeTurnAsync(Task newer, CancellationToken cancellationToken)
    {
        while (_made.Count == MostAMinute)
        {
            TimeSpan rest = Minute - time.GetElapsedTime(_made.Peek());
            if (rest > TimeSpan.Zero && !await RestAsync(rest, newer, cancellationToken))
                return false;
            if (rest <= TimeSpan.Zero)
                _made.Dequeue();
        }

        _made.Enqueue(time.GetTimestamp());
        return true;
    }

    /// <summary>Waits for so long.</summary>
    /// <returns>False, at once, when a newer one takes the place.</returns>
    public async Task<bool> RestAsync(TimeSpan pause, Task newer, CancellationToken cancellationToken)
    {
        await newer.WaitAsync(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return !newer.IsCompleted;
    }

    private static async Task AfterAsync(Task before, Func<Task, Task> call, Task newer)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Yield();
        await call(newer);
    }
}
