using System.Globalization;
using System.Runtime.InteropServices;

namespace FollowerSync.CommandLine;

/// <summary>Ctrl+C, SIGTERM and SIGHUP as a token. The first one asks to stop; when that takes longer than <see cref="Deadline"/>, whatever stands still
/// (a server, a reader of the output), the process ends all the same. Another one, a second or more later, ends it at once.</summary>
internal sealed class StopSignal : IDisposable
{
    /// <summary>Fifteen seconds are promised; what is left is for the process to end, on a busy machine too.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(12.5);

    // A launcher that signals its child and its process group, as timeout(1) does, means one stop and not two.
    private static readonly TimeSpan SameStop = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly ManualResetEventSlim _ended = new();

    private long _stoppedAt;

    public StopSignal(TimeProvider time)
    {
        _time = time;
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop));
        // Who started the program with nohup wants it to outlive the terminal: .NET leaves a signal alone that was ignored from the start.
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop));
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _ended.Set();
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        long now = _time.GetTimestamp();
        long first = Interlocked.CompareExchange(ref _stoppedAt, now, 0);
        signal.Cancel = first == 0 || _time.GetElapsedTime(first, now) < SameStop;
        if (first != 0)
            return;

        // A thread of its own: those of the pool may all be waiting for what stands still. It does not keep a process that ends by itself.
        new Thread(EndInTime) { IsBackground = true, Name = "stop deadline" }.Start();
        _stop.Cancel();
    }

    private void EndInTime()
    {
        // A wait may end early when the machine's clock is set.
        for (TimeSpan left = Deadline; left > TimeSpan.Zero; left = Deadline - _time.GetElapsedTime(Volatile.Read(ref _stoppedAt)))
            if (_ended.Wait(left))
                return;

        // Even this may find nobody who reads.
        Thread word = new(() => Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"followersync: The stop took longer than {Deadline.TotalSeconds:0} s, probably because the database or the reader of the output stands still. The process ends now; what was stored is right, and a sync goes on from there.")))
        {
            IsBackground = true,
        };
        word.Start();
        word.Join(LastWord);
        Environment.Exit(ExitCodes.Partial);
    }
}
