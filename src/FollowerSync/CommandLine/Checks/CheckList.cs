using FollowerSync.Logging;
using Spectre.Console;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Collects what was checked and shows each result as soon as it is known.</summary>
internal sealed class CheckList(CommandContext context, bool quiet)
{
    // Where the text of a result begins, behind its mark.
    private const int TextColumn = 9;

    private readonly List<CheckResult> _results = [];

    public CheckReport Report => new(ExitCodes.Worst(_results.Select(result => result.ExitCode)), _results);

    public void Ok(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Ok, text));

    public void Warning(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Warning, text));

    public void Skipped(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Skipped, text));

    public void Failed(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Failed, text));

    /// <summary>A check that ended by an exception, which says what to do.</summary>
    public void Failed(string name, Exception exception, string? account = null) =>
        Add(new CheckResult(name, account, CheckMark.Failed, ErrorMessage.Of(exception, context).In(context.Language)) { ExitCode = ErrorMessage.ExitCodeOf(exception) });

    /// <summary>Counts the results, and says again what failed: the first lines may have left the screen.</summary>
    public void Close()
    {
        if (quiet)
            return;
        string counts = string.Join(", ", Enum.GetValues<CheckMark>().Select(mark => (mark, Count: _results.Count(result => result.Mark == mark)))
            .Where(one => one.Count > 0).Select(one => $"{one.Count} {Word(one.mark)}"));
        string[] failed = [.. _results.Where(result => result.Mark == CheckMark.Failed).Select(Name)];
        context.Tell(failed.Length == 0 ? $"\n{counts}" : $"\n{counts}. To be mended first: {string.Join("; ", failed)}");
    }

    private void Add(CheckResult result)
    {
        CheckResult masked = result with { Text = context.Mask.Mask(Printable.Lines(result.Text)) };
        _results.Add(masked);
        if (!quiet)
            context.Tell($"{Word(masked.Mark),-8} {Name(masked)}: {masked.Text}", TextColumn, (Word(masked.Mark), ColourOf(masked.Mark)));
    }

    private static string Name(CheckResult result) => result.Account is null ? result.Name : $"{result.Account}, {result.Name}";

    private static string Word(CheckMark mark) => mark.ToString().ToLowerInvariant();

    private static Color ColourOf(CheckMark mark) => mark switch
    {
        CheckMark.Ok => Color.Green,
        CheckMark.Warning => Color.Olive,
        CheckMark.Failed => Color.Red,
        _ => Color.Grey,
    };
}
