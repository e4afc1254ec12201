using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace FollowerSync.CommandLine;

/// <summary>The usual help, then notes, examples and exit codes.</summary>
internal sealed partial class VerbHelp(HelpAction usual, CommandContext context, IReadOnlyList<(string Line, string Meaning)> rootExamples) : SynchronousCommandLineAction
{
    private static readonly string Codes = $"Exit codes:\n{string.Concat(ExitCodes.Meanings.Select(code => FormattableString.Invariant($"  {code.Code}  {code.Meaning}\n")))}";

    // Help is shown even when required arguments are missing.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (context.Console.Profile.Out.IsTerminal)
            usual.MaxWidth = context.Console.Profile.Width;
        usual.Invoke(parseResult);
        Verb? verb = parseResult.CommandResult.Command as Verb;
        if (verb?.Notes is { } notes)
            context.Tell($"{Paragraphs(notes)}\n");
        WriteExamples(verb?.Examples ?? rootExamples);
        context.Tell(Codes);
        return ExitCodes.Succeeded;
    }

    // Lines of a paragraph are joined on a terminal, which folds them to its own width.
    private string Paragraphs(string notes) => context.Console.Profile.Out.IsTerminal ? LineEnd().Replace(notes, " ") : notes;

    [GeneratedRegex("(?<!\\n)\\n(?!\\n) *", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LineEnd();

    private void WriteExamples(IReadOnlyList<(string Line, string Meaning)> examples)
    {
        if (examples.Count == 0)
            return;
        context.Output.WriteLine("Examples:");
        int width = examples.Max(example => example.Line.Length);
        bool fits = examples.All(example => width + example.Meaning.Length + 4 <= context.Console.Profile.Width);
        // A command is never folded: it is there to be copied.
        foreach ((string line, string meaning) in examples)
            context.Output.WriteLine(fits ? $"  {line.PadRight(width)}  {meaning}" : $"  {line}\n      {meaning}");
        context.Output.WriteLine();
    }
}
