using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>Keeps every line of every category, at every level.</summary>
internal sealed class EverythingLogged : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public string Text => string.Join('\n', _lines);

    public IEnumerable<string> Of(string category) => _lines.Where(line => line.StartsWith(category, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Keeper(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Keeper(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category} {logLevel}: {formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{category} scope: {state}");
            return null;
        }
    }
}
