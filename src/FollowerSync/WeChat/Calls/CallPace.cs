namespace FollowerSync.WeChat.Calls;

/// <summary>How many calls of a run may be under way at once: up to the setting while all goes well; half as many after every sign that WeChat is
/// overloaded, and one more after every so many good answers (additive increase, multiplicative decrease).</summary>
internal sealed class CallPace(int most, TimeProvider time)
{
    /// <summary>Failures this close together are one sign: calls that are under way at once fail at once.</summary>
    private static readonly TimeSpan OneSign = TimeSpan.FromSeconds(1);

    private readonly int _most = most;
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _allowed = most;
    private int _underWay;
    private int _good;
    private long? _slowedAt;

    /// <summary>Calls allowed at once at this moment, from 1 to the setting.</summary>
    public int Allowed
    {
        get
        {
            lock (_lock)
                return _allowed;
        }
    }

    /// <summary>Waits until a call may begin; <see cref="Leave"/> ends it.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_underWay < _allowed)
            {
                _underWay++;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        await using CancellationTokenRegistration registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    public void Leave()
    {
        lock (_lock)
        {
            _underWay--;
            LetIn();
        }
    }

    /// <summary>WeChat answered well.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            if (_allowed == _most || ++_good < _allowed * 10)
                return;

            _good = 0;
            _allowed++;
            LetIn();
        }
    }

    /// <summary>WeChat asked for fewer calls, was busy, or did not answer.</summary>
    public void Struggled()
    {
        lock (_lock)
        {
            _good = 0;
            if (_slowedAt is { } last && time.GetElapsedTime(last) < OneSign)
                return;

            _slowedAt = time.GetTimestamp();
            _allowed = Math.Max(1, _allowed / 2);
        }
    }

    private void LetIn()
    {
        while (_underWay < _allowed && _waiting.TryDequeue(out TaskCompletionSource? next))
        {
            if (next.TrySetResult())
                _underWay++;
        }
    }
}
