using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace FollowerSync.Logging;

/// <summary>Lines as systemd's journal takes them: <c>&lt;N&gt;</c> before a line is its priority, and the moment is the journal's own.</summary>
/// <param name="moments">How moments within a message look.</param>
internal sealed class JournalFormatter(IFormatProvider moments) : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _line = new("{SourceContext} {Message:lj}{NewLine}{Exception}", moments);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(PriorityOf(logEvent.Level));
        _line.Format(logEvent, output);
    }

    // The numbers are syslog's.
    private static string PriorityOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "<2>",
        LogEventLevel.Error => "<3>",
        LogEventLevel.Warning => "<4>",
        LogEventLevel.Information => "<6>",
        _ => "<7>",
    };
}
