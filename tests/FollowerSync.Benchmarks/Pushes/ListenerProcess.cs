using System.Diagnostics;

namespace FollowerSync.Benchmarks.Pushes;

/// <summary>A <see cref="PushListener"/> that runs.</summary>
internal sealed class ListenerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ListenerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ListenerProcess> StartAsync(string database, Uri? bot)
    {
        string program = Environment.ProcessPath!;
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ListenerProcess).Assembly.Location] : [];
        ProcessStartInfo start = new(program, [.. itself, "listen", database, bot?.ToString() ?? ""])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        return new ListenerProcess(process, new Uri((await process.StandardOutput.ReadLineAsync())!));
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
