using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using Serilog.Sinks.Async;

namespace FollowerSync.Logging;

/// <summary>Counts the lines that found the queue of the log full, because nobody reads what the program writes, and says so before the next line that gets through.</summary>
internal sealed class DroppedLines : IAsyncLogEventSinkMonitor
{
    private static readonly MessageTemplate Text = new MessageTemplateParser().Parse(
        "{Dropped} lines of the log were dropped: what reads the output of this program had stopped reading. The work went on meanwhile");

    private IAsyncLogEventSinkInspector? _queue;
    private long _told;

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => _queue = inspector;

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
    }

    /// <summary>A sink that writes what was dropped before it writes to <paramref name="console"/>.</summary>
    public ILogEventSink Before(ILogEventSink console) => new Sink(this, console);

    private void Tell(ILogEventSink console, DateTimeOffset at)
    {
        long dropped = (_queue?.DroppedMessagesCount ?? 0) - _told;
        if (dropped == 0)
            return;
        _told += dropped;
        console.Emit(new LogEvent(at, LogEventLevel.Warning, exception: null, Text, [
            new LogEventProperty("Dropped", new ScalarValue(dropped)),
            new LogEventProperty(Constants.SourceContextPropertyName, new ScalarValue(typeof(DroppedLines).FullName)),
        ]));
    }

    private sealed class Sink(DroppedLines dropped, ILogEventSink console) : ILogEventSink, IDisposable
    {
        public void Emit(LogEvent logEvent)
        {
            dropped.Tell(console, logEvent.Timestamp);
            console.Emit(logEvent);
        }

        public void Dispose() => (console as IDisposable)?.Dispose();
    }
}
