using System.Diagnostics;
using System.Text;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>A <c>followersync sync</c> as a process of its own, with whatever can happen to a process.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>No run of a small account takes so long, whatever happens to it: one that does hangs.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    // A pipe holds 64 KiB.
    private const string FillThePipes = """head -c 65536 /dev/zero; head -c 65536 /dev/zero >&2; exec "$@" """;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isPaused;

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Everything it wrote to stdout and stderr so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _exited.Task.IsCompleted;

    /// <summary>Whether it was killed by us.</summary>
    public bool WasKilled { get; private set; }

    /// <param name="settings">Its environment.</param>
    /// <param name="reads">Whether what it writes is read from the start; otherwise both pipes are full from the start, until <see cref="Read"/>.</param>
    public static WorkerProcess Start(IReadOnlyDictionary<string, string> settings, bool reads = true)
    {
        string program = ChaosOptions.Executable;
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program, "sync"] : [program, "sync"];
        ProcessStartInfo start = reads ? new(command[0], command[1..]) : new("/bin/sh", ["-c", FillThePipes, "sh", .. command]);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;

        Process process = new() { StartInfo = start, EnableRaisingEvents = true };
        WorkerProcess worker = new(process);
        process.Start();
        if (reads)
            worker.Read();
        _ = worker.WatchAsync();
        return worker;
    }

    /// <summary>From now on what it writes is read.</summary>
    public void Read() => _reader.TrySetResult();

    /// <summary>The exit code.</summary>
    /// <exception cref="TimeoutException">It hangs.</exception>
    public Task<int> WaitAsync() => _exited.Task.WaitAsync(Deadline, TimeProvider.System);

    /// <summary>SIGKILL: nothing of the process runs any more.</summary>
    public void Kill()
    {
        if (HasExited)
            return;

        WasKilled = true;
        _process.Kill();
    }

    public void Pause()
    {
        _isPaused = true;
        Send(Signal.Stop);
    }

    public void Resume()
    {
        _isPaused = false;
        Send(Signal.Continue);
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public void Stop() => Send(Signal.Terminate);

    public async ValueTask DisposeAsync()
    {
        if (_isPaused)
            Resume();
        Read();
        Kill();
        await _exited.Task;
        _process.Dispose();
    }

    private async Task WatchAsync()
    {
        await _reader.Task;
        await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        await _process.WaitForExitAsync();
        _exited.SetResult(_process.ExitCode);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer.AsMemory())) > 0)
        {
            lock (_output)
                _output.Append(buffer, 0, read);
        }
    }

    private void Send(Signal signal)
    {
        if (!HasExited)
            signal.SendTo(_process.Id);
    }
}
