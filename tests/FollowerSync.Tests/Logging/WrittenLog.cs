using System.Globalization;
using FollowerSync.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace FollowerSync.Tests.Logging;

/// <summary>What the program's formatter wrote, at every level unless a test says otherwise.</summary>
internal sealed class WrittenLog : ILogEventSink, IDisposable
{
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly ITextFormatter _formatter;

    public WrittenLog(LogFormat format, SecretMask mask, LogEventLevel level = LogEventLevel.Verbose)
    {
        LoggingOptions everything = new() { Format = format };
        foreach (string category in new[] { LoggingOptions.DefaultCategory, "Microsoft", "System", "Quartz" })
            everything.Level[category] = level;
        _formatter = WorkerLog.Formatter(everything, mask);
        Logger = WorkerLog.Levels(everything).Enrich.FromLogContext().WriteTo.Sink(this).CreateLogger();
    }

    public Logger Logger { get; }

    public string Text
    {
        get
        {
            lock (_text)
                return _text.ToString();
        }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_text)
            _formatter.Format(logEvent, _text);
    }

    public void Dispose()
    {
        _text.Dispose();
    }
}
