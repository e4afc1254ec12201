using System.Runtime.InteropServices;

namespace FollowerSync.CommandLine;

/// <summary>Ctrl+C and SIGTERM as a token. The first one asks to stop; another one, a second or more later, ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    // A launcher that signals its child and its process group, as timeout(1) does, means one stop and not two.
    private static readonly TimeSpan SameStop = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    private long _stoppedAt;

    public StopSignal(TimeProvider time)
    {
        _time = time;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        long now = _time.GetTimestamp();
        long first = Interlocked.CompareExchange(ref _stoppedAt, now, 0);
        signal.Cancel = first == 0 || _time.GetElapsedTime(first, now) < SameStop;
        _stop.Cancel();
    }
}
