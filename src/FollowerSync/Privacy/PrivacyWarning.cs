using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Says at the start that people will be deleted where anonymising was asked for, and what to do.</summary>
internal sealed partial class PrivacyWarning(IOptions<PrivacyOptions> options, ILogger<PrivacyWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.LacksKey)
            LogKeyIsMissing();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, PrivacyOptions.KeyIsMissing)]
    private partial void LogKeyIsMissing();
}
