using FollowerSync.Logging;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using FollowerSync.Sharing;
using FollowerSync.Status;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.CommandLine;

/// <summary>The status for people: on top what needs one, then the worker, then a paragraph an account, its last runs below.</summary>
/// <param name="context">Where to write.</param>
/// <param name="time">Tells moments.</param>
internal sealed class StatusText(CommandContext context, ZonedTime time)
{
    // Where the text of a line begins, behind its label.
    private const int TextColumn = 13;

    public void Write(StatusReport report)
    {
        foreach (string attention in report.Attention)
            Tell($"! {attention}", hang: 2);
        if (report.Attention.Count > 0)
            Tell("");
        foreach (string line in Workers(report))
            Tell(line);
        Tell("");
        // Which node it was is no news where there is one.
        bool areNodesTold = report.Workers.Any(worker => worker.Cluster is not null);
        if (report.Accounts.Count == 0)
            Tell("No account is set, and none was ever synced.");
        foreach (AccountStatus account in report.Accounts)
            foreach (string line in Lines(account, areNodesTold))
                Tell(line);
    }

    private void Tell(string line, int hang = TextColumn) => context.Tell(context.Mask.Mask(Printable.Of(line)), hang);

    private IEnumerable<string> Workers(StatusReport report)
    {
        NodeState[] living = [.. report.Workers.Where(worker => worker.Alive)];
        foreach (NodeState worker in living)
            yield return Line("worker", Text($"{(worker.Cluster is null ? "" : $"{worker.Node} ")}on {worker.Host}, version {worker.Version.Split('+')[0]}, since {time.Of(worker.StartedAt)}; heard of {worker.SilentSeconds} s ago{(worker.Runs.Count > 0 ? $"; runs {worker.Runs.Count} account(s)" : "")}"));
        if (living.Length == 0)
            yield return Line("worker", "none lives: nothing is synced by schedule");
        yield return Line("next run", report.NextRunAt is { } next ? time.Of(next) : "none");
    }

    private IEnumerable<string> Lines(AccountStatus account, bool areNodesTold)
    {
        yield return account.Name == account.AppId ? account.AppId : $"{account.Name} ({account.AppId})";
        if (!account.Configured)
            yield return Line("settings", "do not name this account: it is no longer synced");
        yield return Line("followers", account.WechatTotal is { } total
            ? Text($"{account.Followers:N0}; WeChat said {total:N0} at {time.Of(account.WechatTotalAt!.Value)}") : Text($"{account.Followers:N0}; WeChat was not asked yet"));
        yield return Line("complete", account.CompleteAsOf is { } complete
            ? $"as of {time.Of(complete)}, {DurationText.Of(TimeSpan.FromSeconds(account.CompleteAgeSeconds ?? 0))} ago"
            : "never yet: no run has succeeded");
        if (account.Rejected > 0)
            yield return Line("rejected", Text($"{account.Rejected:N0} openids that WeChat refuses; followersync.rejected_openids has the causes"));
        if (account.NotRead is { } notRead)
            yield return Line("not read", notRead.In(context.Language));
        if (account.Round is { } round)
            yield return Line("round", Round(round));
        if (account.HeldRunId is { } held)
            yield return Line("held", Text($"run {held} would change too many people, new ones are let in all the same; look at it with followersync approve {held} --show, then followersync approve {held}, or with --reject"));
        if (account.PausedAt is { } paused)
            yield return Line("paused", $"since {time.Of(paused)}, on the status page: no worker begins a run of it by itself until somebody resumes it there");
        if (account.NextTryAt is { } nextTry)
            yield return Line("next try", nextTry > context.Time.GetUtcNow() ? time.Of(nextTry) : $"was due at {time.Of(nextTry)}: under way, or no worker runs");
        if (account.Arrivals is { } arrivals)
            yield return Line("arrivals", Arrivals(arrivals));
        foreach (ApiStop stop in account.Stops)
            yield return Line("stopped", $"{(stop.Api == ApiStop.All ? "all calls" : stop.Api)} until {time.Of(stop.Until)}: {stop.Reason} {stop.WhatEndsIt}");
        if (account.Configured)
            yield return Line("token", Token(account));
        if (account.TokenConflict is { } conflict)
            yield return Line("conflict", conflict.In(context.Language));
        foreach (MirrorState mirror in account.TokenMirrors)
            yield return Line("mirror", MirrorText.Of(mirror, time));
        foreach (string line in account.LastRuns.SelectMany(run => Runs(run, areNodesTold)))
            yield return line;
        yield return "";
    }

    private string Round(RoundStatus round)
    {
        string end = round.ExpectedEnd is { } expected ? $"; expected to end about {time.Of(expected)}" : "";
        string state = round.Running ? "under way" : round.PausedForQuota ? "waits for the next day's calls" : "waits for the next run";
        return Text($"begun {time.Of(round.StartedAt)}, {round.Listed:N0} of {round.Total:N0} listed, {round.ToAsk:N0} still to ask, {state}{end}");
    }

    private string Arrivals(ArrivalStatus arrivals)
    {
        string waiting = arrivals.OldestWaitingSince is { } since ? Text($"{arrivals.Waiting:N0} wait, the first since {time.Of(since)}") : "none waits";
        string last = arrivals.LastRun is not { } run ? "nobody was asked about lately"
            : Text($"last asked at {time.Of(run.StartedAt)}, {Lower(run.Status)}: {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected{(run.Error is { } error ? $". {error}" : "")}");
        return $"{waiting}; {last}";
    }

    private static string Token(AccountStatus account)
    {
        string life = account.Token switch
        {
            null => "none stored",
            { SecondsLeft: 0 } => "has ended; the next call fetches one",
            { } token => $"valid for {DurationText.Of(TimeSpan.FromSeconds(token.SecondsLeft))} ({token.Source})",
        };
        return account.TokenReplacementsLastHour > 0 ? Text($"{life}; replaced before its end {account.TokenReplacementsLastHour} times in the last hour") : life;
    }

    private IEnumerable<string> Runs(SyncRun run, bool isNodeTold)
    {
        string took = run.Took is { } length ? $", took {DurationText.Of(length)}" : "";
        yield return Line($"run {run.RunId}", Text(
            $"{Lower(run.Status)}, {time.Of(run.StartedAt)} by {Lower(run.Trigger)}{(isNodeTold && run.Node is { } node ? $" on {node}" : "")}{took}: {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected, {run.ApiCalls:N0} calls"));
        if (run.Error is { } error)
            yield return Line("", error.In(context.Language));
        if (run.Note is { } note)
            yield return Line("", note.In(context.Language));
    }

    private static string Line(string label, string text) => $"  {label,-10} {text}";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
