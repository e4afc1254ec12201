using System.Diagnostics;
using System.Text;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>The built program, started as people start it, with nothing in its environment but what a test gives it.</summary>
internal sealed class FollowerSyncProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string[] Kept = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT"];

    private static readonly string Program = ChaosOptions.Executable;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private FollowerSyncProcess(Process process, bool reads)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        if (reads)
            _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public bool HasExited => _process.HasExited;

    /// <summary>The most memory it has had, in bytes; of one that runs.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The time of processors it has taken so far; of one that runs.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static FollowerSyncProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(StartRaw(environment, arguments), reads: true);

    /// <summary>Started by a shell that does something first: <c>exec "$@"</c> in the script is the program.</summary>
    public static FollowerSyncProcess StartBy(string script, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        StartBy(script, environment, reads: true, arguments);

    /// <summary>Likewise; nothing of what it writes to stdout is read unless <paramref name="reads"/>.</summary>
    public static FollowerSyncProcess StartBy(string script, IReadOnlyDictionary<string, string> environment, bool reads, params string[] arguments) =>
        new(Start(new ProcessStartInfo("/bin/sh", ["-c", script, "sh", "dotnet", Program, .. arguments]), environment), reads);

    /// <summary>The bare process, its output not read.</summary>
    public static Process StartRaw(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        Start(new ProcessStartInfo("dotnet", [Program, .. arguments]), environment);

    private static Process Start(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.WorkingDirectory = Path.GetTempPath();
        foreach (string inherited in start.Environment.Keys.Except(Kept, StringComparer.Ordinal).ToArray())
            start.Environment.Remove(inherited);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>The exit code.</summary>
    public async Task<int> WaitAsync()
    {
        using CancellationTokenSource deadline = new(Deadline, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"It still runs after {Deadline}.\n{Output}\n{Error}", exception);
        }
    }

    /// <summary>Asks to stop with SIGTERM; how long that took and the exit code.</summary>
    public Task<(TimeSpan Took, int ExitCode)> StopAsync() => StopAsync(Signal.Terminate);

    /// <summary>Asks to stop with a signal; how long that took and the exit code.</summary>
    public async Task<(TimeSpan Took, int ExitCode)> StopAsync(Signal signal)
    {
        long start = TimeProvider.System.GetTimestamp();
        signal.SendTo(_process.Id);
        int exitCode = await WaitAsync();
        return (TimeProvider.System.GetElapsedTime(start), exitCode);
    }

    /// <summary>Sends a signal that does not end it.</summary>
    public void Send(Signal signal) => signal.SendTo(_process.Id);

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.Append(line).Append('\n');
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
