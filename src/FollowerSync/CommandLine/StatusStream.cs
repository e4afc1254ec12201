using FollowerSync.Languages;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary>The status where nobody can draw: a line an account, and again whenever it says something else.</summary>
internal sealed class StatusStream(CommandContext context, ZonedTime time) : IStatusDisplay
{
    private readonly Dictionary<string, Sentence> _said = new(StringComparer.Ordinal);
    private IReadOnlyList<Sentence> _attention = [];
    private bool _isAway;

    public void Show(StatusReport report, DateTimeOffset now)
    {
        if (_isAway)
            Tell(now, "The database is there again.");
        _isAway = false;
        foreach (Sentence attention in report.Attention.Except(_attention))
            Tell(now, attention.With(text => "! " + text));
        foreach (Sentence over in _attention.Except(report.Attention))
            Tell(now, $"no longer: {over}");
        _attention = report.Attention;
        if (report.Accounts.Count == 0)
            Say(now, "", "No account is set, and none was ever synced.");
        foreach (AccountStatus account in report.Accounts)
            Say(now, account.AppId, Line(account));
        context.Output.Flush();
    }

    public void ShowAway(DateTimeOffset since, Sentence why)
    {
        if (!_isAway)
            Tell(since, $"! The database is away since {time.Of(since)}. {why.With(text => text.ReplaceLineEndings(" "))}");
        _isAway = true;
        context.Output.Flush();
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Say(DateTimeOffset now, string key, Sentence line)
    {
        if (line.Equals(_said.GetValueOrDefault(key)))
            return;
        _said[key] = line;
        Tell(now, line);
    }

    private Sentence Line(AccountStatus account)
    {
        Sentence complete = account.CompleteAsOf is { } at ? (Sentence)$"{account.Followers:N0} followers, complete as of {time.Of(at)}" : "never complete yet";
        Sentence run = account.LastRuns is [{ } last, ..]
            ? (Sentence)$"; run {last.RunId} {RunWords.Of(last.Status)}: {last.Listed:N0} listed, {last.Added:N0} added, {last.Changed:N0} changed, {last.Unsubscribed:N0} unsubscribed, {last.ApiCalls:N0} calls" : "; no run yet";
        Sentence held = account.HeldRunId is { } id ? (Sentence)$"; run {id} is held" : Sentence.Empty;
        Sentence waiting = account.Arrivals is { Waiting: > 0 } arrivals ? (Sentence)$"; {arrivals.Waiting:N0} arrivals wait" : Sentence.Empty;
        return $"{account.Name}: {complete}{run}{held}{waiting}";
    }

    private void Tell(DateTimeOffset now, Sentence line) => context.Output.WriteLine(context.Say(context.Shown(line.With(text => $"{time.Of(now)} {text}"))));
}
