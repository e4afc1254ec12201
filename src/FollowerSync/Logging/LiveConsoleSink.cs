using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Spectre.Console.Rendering;

namespace FollowerSync.Logging;

/// <summary>Writes log lines through the console that draws the progress bar, which moves the bar down for them.</summary>
internal sealed class LiveConsoleSink(ITextFormatter formatter, LogOutput output) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        using StringWriter line = new(CultureInfo.InvariantCulture);
        formatter.Format(logEvent, line);
        output.Live?.Write(new LineAbove(line.ToString()));
    }

    /// <summary>The console stands at the beginning of the bar and writes over it: what is longer there would stay behind the line. The line itself is
    /// left to the terminal to fold, so that what is copied out of it is whole.</summary>
    private sealed class LineAbove(string line) : Renderable
    {
        private const string EraseToEnd = "\u001b[0J";

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            yield return Segment.Control(EraseToEnd);
            foreach (string part in line.TrimEnd('\n', '\r').Split('\n'))
            {
                yield return new Segment(part);
                yield return Segment.LineBreak;
            }
        }
    }
}
