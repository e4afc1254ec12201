using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>The usual help, then notes, examples and exit codes.</summary>
internal sealed partial class VerbHelp(HelpAction usual, CommandContext context, IReadOnlyList<(string Line, Sentence Meaning)> rootExamples) : SynchronousCommandLineAction
{
    private static readonly Sentence Codes = $"Exit codes:\n{Sentence.Join("\n", ExitCodes.Meanings.Select(code => (Sentence)$"  {code.Code}  {code.Meaning}"))}\n";

    // Help is shown even when required arguments are missing.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (context.Console.Profile.Out.IsTerminal)
            usual.MaxWidth = context.Console.Profile.Width;
        usual.Invoke(parseResult);
        Verb? verb = parseResult.CommandResult.Command as Verb;
        foreach (Sentence note in verb?.Notes ?? [])
            context.Tell(note.With(text => text + "\n"));
        if (verb?.Json is { } json)
            context.Tell(Sentence.Foreign($"JSON: {Joined(json)}\n"));
        WriteExamples(verb?.Examples ?? rootExamples);
        context.Tell(Codes);
        return ExitCodes.Succeeded;
    }

    // A terminal folds to its own width.
    private string Joined(string lines) => context.Console.Profile.Out.IsTerminal ? LineEnd().Replace(lines, " ") : lines;

    [GeneratedRegex("\\n *", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LineEnd();

    private void WriteExamples(IReadOnlyList<(string Line, Sentence Meaning)> examples)
    {
        if (examples.Count == 0)
            return;
        context.Output.WriteLine(context.Say("Examples:"));
        int width = examples.Max(example => example.Line.Length);
        bool fits = examples.All(example => width + TextFold.CellsOf(context.Say(example.Meaning)) + 4 <= context.Console.Profile.Width);
        // A command is never folded: it is there to be copied.
        foreach ((string line, Sentence meaning) in examples)
            context.Output.WriteLine(fits ? $"  {line.PadRight(width)}  {context.Say(meaning)}" : $"  {line}\n      {context.Say(meaning)}");
        context.Output.WriteLine();
    }
}
