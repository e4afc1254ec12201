using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.Web;

/// <summary>The program's log without what the web server would write of every request, or of one it cannot read: its whole address, in whose query codes,
/// signatures and people stand; and without what the library would write of every sign-in that anybody makes fail, in words of the provider.</summary>
/// <param name="loggers">The program's log; stays its owner's.</param>
internal sealed class LoggersWithoutRequests(ILoggerFactory loggers) : ILoggerFactory
{
    private static readonly string[] LeftOut =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Microsoft.AspNetCore.Authentication.OpenIdConnect.OpenIdConnectHandler",
    ];

    public ILogger CreateLogger(string categoryName) => LeftOut.Contains(categoryName, StringComparer.Ordinal) ? NullLogger.Instance : loggers.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose()
    {
    }
}
