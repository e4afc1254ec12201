using System.Net.Sockets;
using Npgsql;
using Serilog.Events;
using Serilog.Parsing;

namespace FollowerSync.Logging;

/// <summary>What goes wrong outside of the program is told in a line: the reason, and no stack trace, which would only show where in the program it was
/// noticed. A fault of the program keeps its trace. With <c>Logging:Level:Default</c> Debug everything does.</summary>
internal static class ExpectedFailure
{
    // A class of SQLSTATE, "syntax error or access rule violation": the statement itself is wrong, which no server and no network explains.
    private const string WrongStatement = "42";
    private const string NoRight = "42501";

    /// <summary>The event with the reason of its exception in place of the exception, when that is an expected one.</summary>
    /// <param name="logEvent">Any event.</param>
    /// <param name="asProperty">Whether the reason becomes a property, for JSON; otherwise it follows the message.</param>
    public static LogEvent InOneLine(LogEvent logEvent, bool asProperty)
    {
        if (logEvent.Exception is not { } exception || !IsExpected(exception))
            return logEvent;

        string reason = Reason(exception);
        IEnumerable<LogEventProperty> properties = logEvent.Properties.Select(property => new LogEventProperty(property.Key, property.Value));
        MessageTemplate template = logEvent.MessageTemplate;
        if (asProperty)
            properties = properties.Where(property => property.Name != nameof(Reason)).Append(new LogEventProperty(nameof(Reason), new ScalarValue(reason)));
        else if (!logEvent.Properties.Values.Any(value => value is ScalarValue { Value: string text } && text.Contains(exception.Message, StringComparison.Ordinal)))
            template = new MessageTemplate(template.Tokens.Append(new TextToken($": {reason}")));
        return new LogEvent(logEvent.Timestamp, logEvent.Level, exception: null, template, properties);
    }

    /// <summary>Whether somebody outside explains the failure: network, database, WeChat, files, a stop. Our own exceptions are thrown on purpose, with a text that says what to do.</summary>
    public static bool IsExpected(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.All(IsExpected),
        PostgresException statement when statement.SqlState.StartsWith(WrongStatement, StringComparison.Ordinal) => statement.SqlState == NoRight,
        NpgsqlException or SocketException or HttpRequestException or IOException or TimeoutException or OperationCanceledException or UnauthorizedAccessException => true,
        _ => exception.GetType().FullName!.StartsWith($"{nameof(FollowerSync)}.", StringComparison.Ordinal),
    };

    // Inner texts often repeat the outer ones; ours say it all.
    private static string Reason(Exception exception)
    {
        List<string> texts = [];
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (!texts.Exists(text => text.Contains(cause.Message, StringComparison.Ordinal)))
                texts.Add(cause.Message);
            if (cause.GetType().FullName!.StartsWith($"{nameof(FollowerSync)}.", StringComparison.Ordinal))
                break;
        }

        return Printable.Of(string.Join(" ", texts));
    }
}
