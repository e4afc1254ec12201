using FollowerSync.Languages;
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

    public void Ok(Sentence name, Sentence text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Ok, text));

    public void Warning(Sentence name, Sentence text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Warning, text));

    public void Skipped(Sentence name, Sentence text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Skipped, text));

    public void Failed(Sentence name, Sentence text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Failed, text));

    /// <summary>A check that ended by an exception, which says what to do.</summary>
    public void Failed(Sentence name, Exception exception, string? account = null) =>
        Add(new CheckResult(name, account, CheckMark.Failed, ErrorMessage.Of(exception, context)) { ExitCode = ErrorMessage.ExitCodeOf(exception) });

    /// <summary>Counts the results, and says again what failed: the first lines may have left the screen.</summary>
    public void Close()
    {
        if (quiet)
            return;
        Sentence counts = Sentence.Join(", ", Enum.GetValues<CheckMark>().Select(mark => (mark, Count: _results.Count(result => result.Mark == mark)))
            .Where(one => one.Count > 0).Select(one => Word(one.mark).With(word => FormattableString.Invariant($"{one.Count} {word}"))));
        Sentence[] failed = [.. _results.Where(result => result.Mark == CheckMark.Failed).Select(Name)];
        context.Tell("");
        context.Tell(failed.Length == 0 ? counts : $"{counts}. To be mended first: {Sentence.Join("; ", failed)}");
    }

    private void Add(CheckResult result)
    {
        CheckResult masked = result with { Text = result.Text.With(text => context.Mask.Mask(Printable.Lines(text))) };
        _results.Add(masked);
        if (!quiet)
            context.Tell($"{TextFold.Padded(Word(masked.Mark), TextColumn)}{Name(masked)}: {masked.Text}", TextColumn, (Word(masked.Mark), ColourOf(masked.Mark)));
    }

    private static Sentence Name(CheckResult result) => result.Account is null ? result.Name : (Sentence)$"{result.Account}, {result.Name}";

    private static Sentence Word(CheckMark mark) => mark switch
    {
        CheckMark.Ok => (Sentence)"ok",
        CheckMark.Warning => "warning",
        CheckMark.Failed => "failed",
        _ => "skipped",
    };

    private static Color ColourOf(CheckMark mark) => mark switch
    {
        CheckMark.Ok => Color.Green,
        CheckMark.Warning => Color.Olive,
        CheckMark.Failed => Color.Red,
        _ => Color.Grey,
    };
}
