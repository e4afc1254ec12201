using FollowerSync.Logging;
using Serilog.Events;

namespace FollowerSync.Tests.Logging;

public sealed class PrintableTests
{
    private const string Forged = "x\n2026-11-25 03:00:00.000 +08:00 INF FollowerSync.Sync Run 7 succeeded\r\n\u001b[2J\u202e\u2028\u0085y";

    [Fact]
    public void Nothing_moves_the_cursor_ends_a_line_or_turns_the_direction()
    {
        string shown = Printable.Of(Forged + "微信😀é");

        shown.ShouldBe("x 2026-11-25 03:00:00.000 +08:00 INF FollowerSync.Sync Run 7 succeeded \\u001b[2J\\u202e\\u2028\\u0085y微信😀é");
        Printable.Of("\ud800").ShouldBe("\\ud800");
    }

    [Theory]
    [InlineData((int)LogFormat.Text)]
    [InlineData((int)LogFormat.Json)]
    public void No_value_passes_for_a_line_of_the_log(int format)
    {
        using WrittenLog log = new((LogFormat)format, new SecretMask());

        log.Logger.Write(LogEventLevel.Error, new InvalidOperationException(Forged), "{Reason}", Forged);

        log.Text.Split('\n').Count(line => line.StartsWith("2026", StringComparison.Ordinal) && line.Contains("Run 7", StringComparison.Ordinal)).ShouldBe(0);
        log.Text.ShouldNotContain("\u001b");
        log.Text.ShouldNotContain("\u202e");
        log.Text.ShouldNotContain("\u2028");
    }
}
