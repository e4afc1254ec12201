using System.Globalization;
using FollowerSync.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace FollowerSync.Tests.Logging;

/// <summary>Everything the program's formatter wrote, at every level.</summary>
internal sealed class WrittenLog : ILogEventSink, IDisposable
{
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly ITextFormatter _formatter;

    public WrittenLog(LogFormat format, SecretMask mask)
    {
        _formatter = WorkerLog.Formatter(format, mask);
        LoggingOptions everything = new();
        foreach (string category in new[] { LoggingOptions.DefaultCategory, "Microsoft", "System", "Quartz" })
            everything.Level[category] = LogEventLevel.Verbose;
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
