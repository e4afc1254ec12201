using FollowerSync.Languages;
using FollowerSync.Logging;
using Spectre.Console;

namespace FollowerSync.CommandLine;

/// <summary>What every verb has: where to write, the clock, and the mask that everything written goes through.</summary>
internal sealed record CommandContext(TextWriter Output, TextWriter Error, IAnsiConsole Console, TimeProvider Time)
{
    // Wide enough for every table when there is no terminal to measure.
    private const int RedirectedWidth = 160;

    public SecretMask Mask { get; } = new();

    /// <summary>Whether an unexpected error shows its stack trace; set by <c>Logging:Level:Default</c> Debug or Verbose.</summary>
    public bool ShowsStackTraces { get; set; }

    /// <summary>What is written to people is in this language; JSON and the log are English.</summary>
    public Language Language { get; set; }

    /// <summary>Whether errors are written to a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    public static CommandContext OfProcess()
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = RedirectedWidth;
        // no-color.org: whatever it is, as long as it is not empty.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
            console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        return new CommandContext(System.Console.Out, System.Console.Error, console, TimeProvider.System) { ErrorIsTerminal = !System.Console.IsErrorRedirected };
    }

    /// <summary>Writes lines for people to stdout, folded on a terminal. What machines read goes to <see cref="Output"/>.</summary>
    /// <param name="text">One line or several.</param>
    /// <param name="hang">Where the further lines of a folded one begin; null = under its first word.</param>
    /// <param name="mark">The word it begins with and its colour, for a terminal that shows colours (not where NO_COLOR is set).</param>
    public void Tell(string text, int? hang = null, (string Word, Color Colour)? mark = null)
    {
        bool isTerminal = Console.Profile.Out.IsTerminal;
        string folded = isTerminal ? TextFold.Fold(text, Console.Profile.Width, hang) : text;
        if (isTerminal && mark is { } begin && Console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors)
        {
            Console.Write(new Text(begin.Word, new Style(begin.Colour)));
            folded = folded[begin.Word.Length..];
        }

        Output.WriteLine(folded);
    }

    /// <summary>Writes lines for people to stderr, folded on a terminal.</summary>
    public void Complain(string text) => Error.WriteLine(ErrorIsTerminal ? TextFold.Fold(text, Console.Profile.Width) : text);
}
