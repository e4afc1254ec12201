using System.Diagnostics;
using System.Text;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>The built program, started as people start it, with nothing in its environment but what a test gives it.</summary>
internal sealed class FollowerSyncProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly string[] Kept = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT"];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private FollowerSyncProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public bool HasExited => _process.HasExited;

    public static FollowerSyncProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(StartRaw(environment, arguments));

    /// <summary>The bare process, its output not read.</summary>
    public static Process StartRaw(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "followersync.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
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
    public async Task<(TimeSpan Took, int ExitCode)> StopAsync()
    {
        long start = TimeProvider.System.GetTimestamp();
        Signal.Terminate.SendTo(_process.Id);
        int exitCode = await WaitAsync();
        return (TimeProvider.System.GetElapsedTime(start), exitCode);
    }

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
