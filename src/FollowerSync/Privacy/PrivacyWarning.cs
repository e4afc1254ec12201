using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Says at the start that people will be deleted where anonymising was asked for, or neither for want of the right key, and what to do. The latter is said again
/// after a run, once a day for all accounts.</summary>
internal sealed partial class PrivacyWarning(IOptions<PrivacyOptions> options, HashKeyStore hashKeys, TimeProvider time, ILogger<PrivacyWarning> logger) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private long? _toldAt;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        HashKeyState key = await hashKeys.ReadAsync(cancellationToken);
        if (key == HashKeyState.Another || (options.Value.LacksKey && key == HashKeyState.Missing))
            Tell(key);
        else if (options.Value.LacksKey)
            LogKeyIsMissing();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says that the key is another one or lost, unless that was said less than a day ago.</summary>
    public void Tell(HashKeyState key)
    {
        lock (_gate)
        {
            if (_toldAt is { } at && time.GetElapsedTime(at) < Pause)
                return;
            _toldAt = time.GetTimestamp();
        }

        if (key == HashKeyState.Another)
            LogKeyIsAnother();
        else
            LogKeyIsLost();
    }

    [LoggerMessage(2603, LogLevel.Warning, PrivacyOptions.KeyIsMissing)]
    private partial void LogKeyIsMissing();

    [LoggerMessage(2604, LogLevel.Error, PrivacyOptions.KeyIsAnother)]
    private partial void LogKeyIsAnother();

    [LoggerMessage(2605, LogLevel.Error, PrivacyOptions.KeyIsLost)]
    private partial void LogKeyIsLost();
}
