using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Says at the start that people will be deleted where anonymising was asked for, or neither for want of the right key, and what to do.</summary>
internal sealed partial class PrivacyWarning(IOptions<PrivacyOptions> options, HashKeyStore hashKeys, ILogger<PrivacyWarning> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        HashKeyState key = await hashKeys.ReadAsync(cancellationToken);
        if (key == HashKeyState.Another)
            LogKeyIsAnother();
        else if (options.Value.LacksKey && key == HashKeyState.Missing)
            LogKeyIsLost();
        else if (options.Value.LacksKey)
            LogKeyIsMissing();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, PrivacyOptions.KeyIsMissing)]
    private partial void LogKeyIsMissing();

    [LoggerMessage(LogLevel.Error, PrivacyOptions.KeyIsAnother)]
    private partial void LogKeyIsAnother();

    [LoggerMessage(LogLevel.Error, PrivacyOptions.KeyIsLost)]
    private partial void LogKeyIsLost();
}
