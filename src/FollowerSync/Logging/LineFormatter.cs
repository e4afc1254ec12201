using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace FollowerSync.Logging;

/// <summary>A line for people: what comes first, the number of the event, and what happened.</summary>
/// <param name="head">Template of what comes first.</param>
/// <param name="moments">How moments within a message look.</param>
internal sealed class LineFormatter(string head, IFormatProvider moments) : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _head = new(head, moments);
    private readonly MessageTemplateTextFormatter _rest = new(" {Message:lj}{NewLine}{Exception}", moments);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        _head.Format(logEvent, output);
        if (EventNumber.Of(logEvent) is { } number)
            output.Write(string.Create(CultureInfo.InvariantCulture, $"[{number}]"));
        _rest.Format(logEvent, output);
    }
}
