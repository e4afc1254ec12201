using FollowerSync.Arrivals;
using Microsoft.Extensions.Options;

namespace FollowerSync.Push;

/// <summary>Says at the start where WeChat is to be pointed.</summary>
internal sealed partial class PushAnnouncement(PushAccounts accounts, PublicServer server, IOptions<ArrivalsOptions> arrivals, ILogger<PushAnnouncement> logger) : IHostedService
{
    /// <summary>The address of an account's pushes, as WeChat's console has to have it.</summary>
    public static string AddressOf(ArrivalsOptions arrivals, string appId) =>
        (arrivals.PublicBase?.GetLeftPart(UriPartial.Authority) ?? "https://YOUR-PUBLIC-NAME") + UrlCheck.Path.Replace("{appId}", appId, StringComparison.Ordinal);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (PushAccount account in accounts.All)
            if (server.Address is null)
                LogNobodyListens(account.Name);
            else
                LogPointHere(account.Name, AddressOf(arrivals.Value, account.AppId), account.AllowsPlain && account.Keys.Length == 0 ? "plain" : "safe");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(2802, LogLevel.Information, "Pushes of {Account}: enter {Address} as URL of the server configuration in WeChat's console, with the Token and EncodingAESKey of the settings, mode {Mode}")]
    private partial void LogPointHere(string account, string address, string mode);

    [LoggerMessage(2803, LogLevel.Warning, "Pushes of {Account} are set up, but nothing listens for them: set Arrivals:Url")]
    private partial void LogNobodyListens(string account);
}
