using FollowerSync.Logging;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Collects what was checked and shows each result as soon as it is known.</summary>
internal sealed class CheckList(CommandContext context, bool quiet)
{
    private readonly List<CheckResult> _results = [];

    public CheckReport Report => new(ExitCodes.Worst(_results.Select(result => result.ExitCode)), _results);

    public void Ok(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Ok, text));

    public void Warning(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Warning, text));

    public void Skipped(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Skipped, text));

    public void Failed(string name, string text, string? account = null) => Add(new CheckResult(name, account, CheckMark.Failed, text));

    /// <summary>A check that ended by an exception, which says what to do.</summary>
    public void Failed(string name, Exception exception, string? account = null) =>
        Add(new CheckResult(name, account, CheckMark.Failed, ErrorMessage.Of(exception, context)) { ExitCode = ErrorMessage.ExitCodeOf(exception) });

    private void Add(CheckResult result)
    {
        CheckResult masked = result with { Text = context.Mask.Mask(Printable.Lines(result.Text)) };
        _results.Add(masked);
        if (quiet)
            return;
        string name = masked.Account is null ? masked.Name : $"{masked.Account}, {masked.Name}";
        context.Output.WriteLine($"{masked.Mark.ToString().ToLowerInvariant(),-8} {name}: {masked.Text}");
    }
}
