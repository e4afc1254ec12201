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

    public static CommandContext OfProcess()
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = RedirectedWidth;
        return new CommandContext(System.Console.Out, System.Console.Error, console, TimeProvider.System);
    }
}
