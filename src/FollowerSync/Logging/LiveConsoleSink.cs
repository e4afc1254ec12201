using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Spectre.Console;

namespace FollowerSync.Logging;

/// <summary>Writes log lines through the console that draws the progress bar, which moves the bar down for them.</summary>
internal sealed class LiveConsoleSink(ITextFormatter formatter, LogOutput output) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        using StringWriter line = new(CultureInfo.InvariantCulture);
        formatter.Format(logEvent, line);
        output.Live?.Write(new Text(line.ToString()));
    }
}
