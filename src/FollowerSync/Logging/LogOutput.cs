using Spectre.Console;

namespace FollowerSync.Logging;

/// <summary>Where log lines go: stdout for the worker, stderr for a verb that prints results, and above the progress bar while there is one.</summary>
internal sealed class LogOutput(bool toStandardError)
{
    private volatile IAnsiConsole? _live;

    public bool ToStandardError { get; } = toStandardError;

    /// <summary>The console that shows a progress bar, if any: lines written past it would tear the bar.</summary>
    public IAnsiConsole? Live => _live;

    /// <summary>Sends log lines to <paramref name="console"/> until the returned object is disposed.</summary>
    public IDisposable WriteAbove(IAnsiConsole console)
    {
        _live = console;
        return new Restore(this);
    }

    private sealed class Restore(LogOutput output) : IDisposable
    {
        public void Dispose() => output._live = null;
    }
}
