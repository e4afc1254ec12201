using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FollowerSync.Tests.Scheduling;

/// <summary>Keeps what was logged, exceptions included.</summary>
internal sealed class RememberedLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Channel<string> _toRead = Channel.CreateUnbounded<string>();

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>The next line with a text, be it logged already or still to come.</summary>
    public async Task<string> LineAsync(string text)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (true)
        {
            string line = await _toRead.Reader.ReadAsync(deadline.Token);
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Keep($"{formatter(state, exception)}{exception}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }

    private void Keep(string line)
    {
        _lines.Enqueue(line);
        _toRead.Writer.TryWrite(line);
    }
}
