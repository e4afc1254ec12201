using System.Globalization;
using System.Text.RegularExpressions;
using FollowerSync.CommandLine;
using Spectre.Console;

namespace FollowerSync.Tests.CommandLine;

/// <summary>The page of the manual says what <c>--help</c> says.</summary>
public sealed partial class ManualPageTests
{
    [Fact]
    public async Task Every_verb_and_option_that_help_shows_stands_in_it()
    {
        string page = (await RunAsync("manual")).Replace("\\-", "-", StringComparison.Ordinal);
        string[] verbs = [.. VerbLine().Matches((await RunAsync("--help")).Split("Commands:")[1].Split("\n\n")[0]).Select(line => line.Groups["name"].Value)];

        verbs.Length.ShouldBeGreaterThan(15);
        foreach (string verb in verbs)
        {
            string[] chapters = page.Split($".SS \"{verb}");
            chapters.Length.ShouldBeGreaterThan(1, verb);
            string chapter = chapters[1].Split(".SH ")[0];
            foreach (string option in OptionName().Matches(await RunAsync(verb, "--help")).Select(match => match.Value).Except(["--help", "--config", "--language", "--no-color"], StringComparer.Ordinal))
                chapter.ShouldContain(option, customMessage: verb);
        }
    }

    [Fact]
    public async Task No_text_passes_for_a_command_of_man()
    {
        string[] known = [".TH", ".nh", ".SH", ".SS", ".PP", ".TP", ".B", ".RI"];

        foreach (string line in (await RunAsync("manual")).Split('\n').Where(line => line.StartsWith('.') || line.StartsWith('\'')))
            known.ShouldContain(line.Split(' ')[0]);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture);
        CommandContext context = new(output, output, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }), TimeProvider.System);
        (await ProgramCommand.Of(context).InvokeAsync(arguments, default)).ShouldBe(ExitCodes.Succeeded);
        return output.ToString();
    }

    [GeneratedRegex("^  (?<name>[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex VerbLine();

    [GeneratedRegex("(?<![a-z-])--[a-z][a-z-]+", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex OptionName();
}
