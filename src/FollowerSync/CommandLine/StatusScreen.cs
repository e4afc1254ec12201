using System.Globalization;
using System.Text;
using FollowerSync.Languages;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary>The status on a terminal, drawn over itself: each picture is one write, and nothing is wiped before it, so that it does not flicker. It has a screen of
/// its own, as an editor has; when it ends the last picture stays in the terminal.</summary>
internal sealed class StatusScreen : IStatusDisplay
{
    private const string Enter = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private const string Leave = "\u001b[?25h\u001b[?1049l";
    private const string Home = "\u001b[H";
    private const string EraseLine = "\u001b[K";
    private const string EraseBelow = "\u001b[J";

    private readonly CommandContext _context;
    private readonly ZonedTime _time;
    private (string Text, DateTimeOffset At)? _seen;

    public StatusScreen(CommandContext context, ZonedTime time)
    {
        (_context, _time) = (context, time);
        _context.Output.Write(Enter);
        _context.Output.Flush();
    }

    public void Show(StatusReport report, DateTimeOffset now)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        new StatusText(_context with { Output = text }, _time).Write(report);
        _seen = (text.ToString(), now);
        Draw($"{_context.Say($"As of {_time.Of(now)}, every {DurationText.Of(StatusWatch.Interval)}; Ctrl+C ends it.")}\n\n{text}");
    }

    public void ShowAway(DateTimeOffset since, Sentence why)
    {
        int width = _context.Console.Profile.Width;
        string away = TextFold.Fold(_context.Say($"! The database is away since {_time.Of(since)}. {why}"), width, hang: 2);
        Draw(_seen is { } seen ? $"{away}\n  {_context.Say($"How it stood at {_time.Of(seen.At)}:")}\n\n{seen.Text}" : $"{away}\n");
    }

    public void Dispose()
    {
        _context.Output.Write(Leave);
        _context.Output.Write(_seen?.Text);
        _context.Output.Flush();
    }

    private void Draw(string text)
    {
        string[] lines = text.TrimEnd('\n', '\r').ReplaceLineEndings("\n").Split('\n');
        int height = Math.Max(2, _context.Console.Profile.Height), fit = lines.Length <= height ? lines.Length : height - 1;
        StringBuilder picture = new(Home);
        picture.AppendJoin($"{EraseLine}\r\n", lines.Take(fit)).Append(EraseLine);
        if (fit < lines.Length)
            picture.Append(CultureInfo.InvariantCulture, $"\r\n{_context.Say($"… {lines.Length - fit} lines more: a higher window shows them")}{EraseLine}");
        _context.Output.Write(picture.Append(EraseBelow).ToString());
        _context.Output.Flush();
    }
}
