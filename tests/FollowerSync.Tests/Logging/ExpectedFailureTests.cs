using System.Net.Sockets;
using System.Text.Json;
using FollowerSync.Logging;
using FollowerSync.Settings;
using Npgsql;
using Serilog.Events;

namespace FollowerSync.Tests.Logging;

public sealed class ExpectedFailureTests
{
    [Fact]
    public void What_goes_wrong_outside_of_the_program_is_one_line_with_its_reason()
    {
        foreach (Exception exception in new Exception[]
        {
            new NpgsqlException("Exception while connecting", new SocketException((int)SocketError.ConnectionRefused)),
            new HttpRequestException("No route"),
            new IOException("Broken pipe"),
            new TimeoutException("Too long"),
            new OperationCanceledException("Cancelled"),
            new SettingsException("A setting is wrong"),
            new AggregateException(new IOException("one"), new IOException("two")),
            new PostgresException("denied", "ERROR", "ERROR", "42501"),
            new PostgresException("terminating", "FATAL", "FATAL", "57P01"),
        })
        {
            string[] lines = Written(LogFormat.Text, exception);

            lines.Length.ShouldBe(1, exception.ToString());
            lines[0].ShouldEndWith(exception.InnerException is SocketException inner ? $"it broke: {exception.Message} {inner.Message}" : $"it broke: {exception.Message}");
        }
    }

    [Fact]
    public void A_fault_of_the_program_keeps_its_trace()
    {
        foreach (Exception exception in new Exception[]
        {
            new InvalidOperationException("Never so"),
            new AggregateException(new IOException("one"), new InvalidCastException("two")),
            new PostgresException("no such column", "ERROR", "ERROR", "42703"),
        })
        {
            Written(LogFormat.Text, exception).Length.ShouldBeGreaterThan(1, exception.ToString());
        }
    }

    [Fact]
    public void In_JSON_the_reason_is_a_property_and_the_template_stays()
    {
        string line = Written(LogFormat.Json, new IOException("Broken pipe")).ShouldHaveSingleItem();

        using JsonDocument json = JsonDocument.Parse(line);
        json.RootElement.GetProperty("MessageTemplate").GetString().ShouldBe("The sync of {Account}: it broke");
        json.RootElement.GetProperty("Properties").GetProperty("Reason").GetString().ShouldBe("Broken pipe");
        json.RootElement.TryGetProperty("Exception", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_reason_that_the_message_gives_is_not_repeated_and_never_spans_lines()
    {
        using WrittenLog log = new(LogFormat.Text, new SecretMask(), LogEventLevel.Information);
        log.Logger.Warning(new IOException("Broken \"pipe\""), "It broke. {Reason}", "Why: Broken \"pipe\"");
        log.Logger.Warning(new IOException("Broken\nERR forged"), "It broke");

        string[] lines = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldEndWith("It broke. Why: Broken \"pipe\"");
        lines[1].ShouldEndWith("It broke: Broken ERR forged");
    }

    [Fact]
    public void Who_asks_for_details_gets_every_trace()
    {
        Written(LogFormat.Text, new IOException("Broken pipe"), LogEventLevel.Debug).Length.ShouldBeGreaterThan(1);
    }

    private static string[] Written(LogFormat format, Exception exception, LogEventLevel level = LogEventLevel.Information)
    {
        using WrittenLog log = new(format, new SecretMask(), level);
        log.Logger.Error(Thrown(exception), "The sync of {Account}: it broke", "brand");
        return log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // Only what was thrown has a trace.
    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }
}
