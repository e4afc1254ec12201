using System.Globalization;
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

    /// <summary>That of the process. What the parser itself says goes by the culture.</summary>
    public static CommandContext OfProcess(IReadOnlyList<string> arguments)
    {
        Language language = LanguageChoice.Before(arguments, Environment.GetEnvironmentVariable);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language == Language.Chinese ? "zh-Hans" : "en");
        IAnsiConsole console = AnsiConsole.Console;
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = RedirectedWidth;
        // no-color.org: whatever it is, as long as it is not empty.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
            console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        return new CommandContext(System.Console.Out, System.Console.Error, console, TimeProvider.System) { Language = language, ErrorIsTerminal = !System.Console.IsErrorRedirected };
    }

    /// <summary>Writes lines for people to stdout, folded on a terminal. What machines read goes to <see cref="Output"/>.</summary>
    /// <param name="text">One line or several.</param>
    /// <param name="hang">Where the further lines of a folded one begin; null = under its first word.</param>
    /// <param name="mark">The word it begins with and its colour, for a terminal that shows colours (not where NO_COLOR is set).</param>
    public void Tell(Sentence text, int? hang = null, (Sentence Word, Color Colour)? mark = null)
    {
        bool isTerminal = Console.Profile.Out.IsTerminal;
        string said = Say(text), folded = isTerminal ? TextFold.Fold(said, Console.Profile.Width, hang) : said;
        if (isTerminal && mark is { } begin && Console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors)
        {
            string word = Say(begin.Word);
            Console.Write(new Text(word, new Style(begin.Colour)));
            folded = folded[word.Length..];
        }

        Output.WriteLine(folded);
    }

    /// <summary>Writes lines for people to stderr, folded on a terminal.</summary>
    public void Complain(Sentence text) => Error.WriteLine(ErrorIsTerminal ? TextFold.Fold(Say(text), Console.Profile.Width) : Say(text));

    /// <summary>A text as people get it who speak <see cref="Language"/>.</summary>
    public string Say(Sentence text) => text.In(Language);

    /// <summary>The same without secrets, and without what would move a cursor.</summary>
    public Sentence Shown(Sentence text) => text.With(said => Mask.Mask(Printable.Of(said)));
}
