using Serilog.Events;
using Serilog.Formatting;

namespace FollowerSync.Logging;

/// <summary>Lines as systemd's journal takes them: <c>&lt;N&gt;</c> before a line is its priority, and the moment is the journal's own.</summary>
/// <param name="moments">How moments within a message look.</param>
internal sealed class JournalFormatter(IFormatProvider moments) : ITextFormatter
{
    private readonly LineFormatter _line = new("{SourceContext}", moments);

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
