using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;

namespace FollowerSync.Logging;

/// <summary>Builds the logger of the program from its settings.</summary>
internal static class WorkerLog
{
    private const string Head = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {SourceContext}";

    private const string HostFailed = "Hosting failed to start";

    // Their Information is about themselves, not about followers.
    private static readonly string[] QuietCategories = ["Microsoft", "System", "Quartz", "Npgsql"];

    // Of Quartz: an operation failed on the database and is tried again.
    private const int RetriesAfterOutage = 3038;

    // Lines that wait for a reader; some ten megabytes when they are long.
    private const int QueueLength = 10_000;

    /// <summary>A logger that never waits.</summary>
    /// <param name="options">What is written.</param>
    /// <param name="mask">Hides secrets.</param>
    /// <param name="output">Where to.</param>
    /// <param name="zone">Time zone of the moments in lines for people; null = the machine's.</param>
    public static Logger Create(LoggingOptions options, SecretMask mask, LogOutput output, TimeZoneInfo? zone = null)
    {
        ITextFormatter formatter = Formatter(options, mask, zone);
        return Queued(Levels(options).Enrich.FromLogContext(), QueueLength, sinks => WriteTo(sinks, formatter, output)).CreateLogger();
    }

    /// <summary>Puts a queue before the sinks, so that logging never waits: when nobody reads what they write, lines are dropped and counted.</summary>
    public static LoggerConfiguration Queued(LoggerConfiguration logger, int length, Action<LoggerSinkConfiguration> sinks)
    {
        DroppedLines dropped = new();
        return logger.WriteTo.Async(queue => queue.Sink(LoggerSinkConfiguration.Wrap(dropped.Before, sinks)), length, blockWhenFull: false, dropped);
    }

    /// <summary>The formatter of every sink: whatever is added later must write through this one too.</summary>
    public static ITextFormatter Formatter(LoggingOptions options, SecretMask mask, TimeZoneInfo? zone = null) =>
        new MaskingFormatter(
            options.Format switch
            {
                LogFormat.Json => new JsonFormatter(closingDelimiter: "\n", renderMessage: true),
                LogFormat.Journal => new JournalFormatter(new MomentFormat(zone ?? TimeZoneInfo.Local)),
                _ => new LineFormatter(Head, new MomentFormat(zone ?? TimeZoneInfo.Local)),
            },
            mask,
            showsAllTraces: options.DefaultLevel <= LogEventLevel.Debug);

    public static LoggerConfiguration Levels(LoggingOptions options)
    {
        LoggerConfiguration configuration = new();
        // The command line says it, with the remedy and without a stack trace.
        configuration.Filter.ByExcluding(logEvent => logEvent.MessageTemplate.Text == HostFailed);
        configuration.Filter.ByExcluding(IsOutageOfTheSchedule);
        configuration.MinimumLevel.Is(options.DefaultLevel);
        foreach (string category in QuietCategories)
            configuration.MinimumLevel.Override(category, LogEventLevel.Warning);
        foreach ((string category, LogEventLevel least) in options.Level)
            if (category != LoggingOptions.DefaultCategory)
                configuration.MinimumLevel.Override(category, least);
        return configuration;
    }

    // A shared schedule says every few seconds, with its whole stack, that the database is away; that is told once where it is met.
    private static bool IsOutageOfTheSchedule(LogEvent logEvent) =>
        EventNumber.Of(logEvent) == RetriesAfterOutage
        && logEvent.Properties.GetValueOrDefault(Constants.SourceContextPropertyName) is ScalarValue { Value: string category } && category.StartsWith("Quartz", StringComparison.Ordinal);

    private static void WriteTo(LoggerSinkConfiguration sinks, ITextFormatter formatter, LogOutput output) => sinks
        .Conditional(_ => output.Live is null, console => console.Console(formatter, standardErrorFromLevel: output.ToStandardError ? LogEventLevel.Verbose : null))
        .WriteTo.Conditional(_ => output.Live is not null, live => live.Sink(new LiveConsoleSink(formatter, output)));
}
