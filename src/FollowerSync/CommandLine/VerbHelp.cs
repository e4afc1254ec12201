using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FollowerSync.CommandLine;

/// <summary>The usual help, then notes, examples and exit codes.</summary>
internal sealed class VerbHelp(HelpAction usual, IReadOnlyList<(string Line, string Meaning)> rootExamples) : SynchronousCommandLineAction
{
    private const string Codes =
        "Exit codes:\n  0  succeeded\n  1  failed\n  2  wrong settings or usage\n  3  partial or held: what was stored is right, but it is not all\n"
        + "  4  another run of the account is active\n";

    // Help is shown even when required arguments are missing.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Verb? verb = parseResult.CommandResult.Command as Verb;
        if (verb?.Notes is { } notes)
            output.WriteLine($"{notes}\n");
        WriteExamples(verb?.Examples ?? rootExamples, output);
        output.WriteLine(Codes);
        return ExitCodes.Succeeded;
    }

    private static void WriteExamples(IReadOnlyList<(string Line, string Meaning)> examples, TextWriter output)
    {
        if (examples.Count == 0)
            return;
        output.WriteLine("Examples:");
        int width = examples.Max(example => example.Line.Length);
        foreach ((string line, string meaning) in examples)
            output.WriteLine($"  {line.PadRight(width)}  {meaning}");
        output.WriteLine();
    }
}
