using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>Keeps what a listener's own server logs as an error.</summary>
internal sealed class ServerErrors : ILoggerProvider
{
    private readonly RememberedLog<ServerErrors> _log = new();

    public IReadOnlyList<string> Lines => _log.Lines;

    public ILogger CreateLogger(string categoryName) => new Errors(categoryName.StartsWith("Microsoft.AspNetCore.Server", StringComparison.Ordinal) ? _log : null);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Errors(ILogger? log) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => log is not null && logLevel >= LogLevel.Error;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log!.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
