namespace FollowerSync.Settings;

/// <summary>The secrets among the settings. All other settings stay as they were at the start; a secret may be another one meanwhile (rotated, repaired), and is
/// read again where it was refused. What is read counts as secret before anybody gets it.</summary>
/// <param name="atStart">The settings of the start.</param>
/// <param name="read">Reads the settings from where they came from, and makes their secrets known to the mask.</param>
/// <param name="logger">Is told when they cannot be read.</param>
internal sealed partial class SecretSettings(IConfiguration atStart, Func<IConfiguration> read, ILogger<SecretSettings> logger)
{
    private volatile IConfiguration _current = atStart;
    private volatile string? _told;

    /// <summary>The settings as they were read last. Only secrets may be taken from here.</summary>
    public IConfiguration Current => _current;

    /// <summary>Reads them again; they stay as they are when they cannot be read, as in the middle of being written.</summary>
    public void ReadAgain()
    {
        try
        {
            _current = read();
            _told = null;
        }
#pragma warning disable CA1031 // Whatever it is, the secrets that are here go on: what works by them must not fail for what is wrong with a file.
        catch (Exception exception)
        {
            // The text of another one may repeat what it stumbled over.
            string reason = exception is SettingsException or IOException or UnauthorizedAccessException ? exception.Message : exception.GetType().Name;
            // Whoever waits for a better secret looks every few seconds.
            if (_told != reason)
                LogUnreadable(reason);
            _told = reason;
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(3201, LogLevel.Warning, "A secret was refused, and the settings could not be read again for a newer one: {Reason}")]
    private partial void LogUnreadable(string reason);
}
