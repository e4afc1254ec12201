using FollowerSync.Logging;
using Microsoft.AspNetCore.Connections;

namespace FollowerSync.Arrivals;

/// <summary>So many connections at once and no more. The server's own bound would write a line of the log for each one refused.</summary>
internal sealed partial class ConnectionBound(int most, ILogger logger)
{
    private readonly Outage _full = new(TimeProvider.System);
    private int _open;

    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        if (Interlocked.Increment(ref _open) > most)
        {
            Interlocked.Decrement(ref _open);
            if (_full.Begin())
                LogFull(most);
            connection.Abort();
            return;
        }

        try
        {
            if (_full.End() is { } lasted)
                LogFree(lasted);
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };

    [LoggerMessage(LogLevel.Warning, "The listener for WeChat and visitors has {Most} connections, and refuses more. If it is not an attack, let the reverse proxy keep fewer; if it is, let it bound them by address")]
    private partial void LogFull(int most);

    [LoggerMessage(LogLevel.Information, "The listener for WeChat and visitors takes connections again, after {Lasted}")]
    private partial void LogFree(TimeSpan lasted);
}
