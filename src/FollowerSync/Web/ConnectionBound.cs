using FollowerSync.Logging;
using Microsoft.AspNetCore.Connections;

namespace FollowerSync.Web;

/// <summary>So many connections at once and no more. The server's own bound would write a line of the log for each one refused.</summary>
/// <param name="most">How many.</param>
/// <param name="name">What people call the listener.</param>
/// <param name="logger">Where it tells when it is full, and when no longer.</param>
internal sealed partial class ConnectionBound(int most, string name, ILogger logger)
{
    private readonly Outage _full = new(TimeProvider.System);
    private int _open;

    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        if (Interlocked.Increment(ref _open) > most)
        {
            Interlocked.Decrement(ref _open);
            if (_full.Begin())
                LogFull(name, most);
            connection.Abort();
            return;
        }

        try
        {
            if (_full.End() is { } lasted)
                LogFree(name, lasted);
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };

    [LoggerMessage(4001, LogLevel.Warning, "The {Listener} has {Most} connections, and refuses more. If it is not an attack, let the reverse proxy keep fewer; if it is, let it bound them by address")]
    private partial void LogFull(string listener, int most);

    [LoggerMessage(4002, LogLevel.Information, "The {Listener} takes connections again, after {Lasted}")]
    private partial void LogFree(string listener, TimeSpan lasted);
}
