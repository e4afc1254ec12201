using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary>The status where nobody can draw: a line an account, and again whenever it says something else.</summary>
internal sealed class StatusStream(CommandContext context, ZonedTime time) : IStatusDisplay
{
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _attention = [];
    private bool _isAway;

    public void Show(StatusReport report, DateTimeOffset now)
    {
        if (_isAway)
            Tell(now, "The database is there again.");
        _isAway = false;
        foreach (string attention in report.Attention.Except(_attention, StringComparer.Ordinal))
            Tell(now, $"! {attention}");
        foreach (string over in _attention.Except(report.Attention, StringComparer.Ordinal))
            Tell(now, $"no longer: {over}");
        _attention = report.Attention;
        if (report.Accounts.Count == 0)
            Say(now, "", "No account is set, and none was ever synced.");
        foreach (AccountStatus account in report.Accounts)
            Say(now, account.AppId, Line(account));
        context.Output.Flush();
    }

    public void ShowAway(DateTimeOffset since, string why)
    {
        if (!_isAway)
            Tell(since, $"! The database is away since {time.Of(since)}. {why.ReplaceLineEndings(" ")}");
        _isAway = true;
        context.Output.Flush();
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Say(DateTimeOffset now, string key, string line)
    {
        if (_said.GetValueOrDefault(key) == line)
            return;
        _said[key] = line;
        Tell(now, line);
    }

    private string Line(AccountStatus account)
    {
        string complete = account.CompleteAsOf is { } at ? $"complete as of {time.Of(at)}" : "never complete yet";
        string run = account.LastRuns is [{ } last, ..] ? Text($"; run {last.RunId} {Lower(last.Status)}: {last.Listed:N0} listed, {last.Added:N0} added, {last.Changed:N0} changed, {last.Unsubscribed:N0} unsubscribed, {last.ApiCalls:N0} calls") : "; no run yet";
        string held = account.HeldRunId is { } id ? Text($"; run {id} is held") : "";
        string waiting = account.Arrivals is { Waiting: > 0 } arrivals ? Text($"; {arrivals.Waiting:N0} arrivals wait") : "";
        return Text($"{account.Name}: {account.Followers:N0} followers, {complete}{run}{held}{waiting}");
    }

    private void Tell(DateTimeOffset now, string line) => context.Output.WriteLine(context.Mask.Mask(Printable.Of($"{time.Of(now)} {line}")));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Lower(RunStatus status) => status.ToString().ToLowerInvariant();
}
