using Microsoft.Extensions.Logging;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Keeps what was logged, and lets a test wait for it.</summary>
internal sealed class RememberedLog<T> : ILogger<T>
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource<string> Found)> _awaited = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>The first line that holds <paramref name="text"/>, be it logged already or still to come; fails after a minute.</summary>
    public Task<string> LineAsync(string text)
    {
        lock (_gate)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
                return Task.FromResult(line);
            TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, found));
            return found.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        lock (_gate)
        {
            _lines.Add(line);
            foreach ((string _, TaskCompletionSource<string> found) in _awaited.Where(one => line.Contains(one.Text, StringComparison.Ordinal)))
                found.TrySetResult(line);
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
