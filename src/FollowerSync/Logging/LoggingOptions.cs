using Serilog.Events;

namespace FollowerSync.Logging;

/// <summary>Section <c>Logging</c>: what the program writes about its work.</summary>
internal sealed class LoggingOptions
{
    public const string Section = "Logging";

    /// <summary>Key in <see cref="Level"/> of the level of all categories that have none of their own.</summary>
    public const string DefaultCategory = "Default";

    /// <summary>How a line looks. Default <see cref="LogFormat.Text"/>.</summary>
    public LogFormat Format { get; set; } = LogFormat.Text;

    /// <summary>Least level written, by category (<c>FollowerSync.WeChat</c>), <c>Default</c> for all others: Verbose, Debug, Information,
    /// Warning, Error or Fatal. Default Information, and Warning for <c>Microsoft</c>, <c>System</c>, <c>Quartz</c> and
    /// <c>Npgsql</c>.</summary>
    public IDictionary<string, LogEventLevel> Level { get; set; } = new Dictionary<string, LogEventLevel>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The level of all categories that have none of their own.</summary>
    internal LogEventLevel DefaultLevel => Level.TryGetValue(DefaultCategory, out LogEventLevel level) ? level : LogEventLevel.Information;
}

/// <summary>How a log line looks.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line, for collectors.</summary>
    Json,

    /// <summary>For systemd's journal, which knows the moment itself and takes the level from a number before the line.</summary>
    Journal,
}
