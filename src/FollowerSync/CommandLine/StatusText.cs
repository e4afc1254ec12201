using System.Globalization;
using FollowerSync.Languages;
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
        foreach (Sentence attention in report.Attention)
            Tell(attention.With(text => "! " + text), hang: 2);
        if (report.Attention.Count > 0)
            Tell("");
        foreach (Sentence line in Workers(report))
            Tell(line);
        Tell("");
        // Which node it was is no news where there is one.
        bool areNodesTold = report.Workers.Any(worker => worker.Cluster is not null);
        if (report.Accounts.Count == 0)
            Tell("No account is set, and none was ever synced.");
        foreach (AccountStatus account in report.Accounts)
            foreach (Sentence line in Lines(account, areNodesTold))
                Tell(line);
    }

    private void Tell(Sentence line, int hang = TextColumn) => context.Tell(context.Shown(line), hang);

    private IEnumerable<Sentence> Workers(StatusReport report)
    {
        NodeState[] living = [.. report.Workers.Where(worker => worker.Alive)];
        foreach (NodeState worker in living)
            yield return Line("worker", $"{(worker.Cluster is null ? "" : worker.Node + " ")}on {worker.Host}, version {worker.Version.Split('+')[0]}, since {time.Of(worker.StartedAt)}; heard of {worker.SilentSeconds} s ago{(worker.Runs.Count > 0 ? (Sentence)$"; runs {worker.Runs.Count} account(s)" : Sentence.Empty)}");
        if (living.Length == 0)
            yield return Line("worker", "none lives: nothing is synced by schedule");
        yield return Line("next run", report.NextRunAt is { } next ? Sentence.Foreign(time.Of(next)) : "none");
    }

    private IEnumerable<Sentence> Lines(AccountStatus account, bool areNodesTold)
    {
        yield return Sentence.Foreign(account.Name == account.AppId ? account.AppId : $"{account.Name} ({account.AppId})");
        if (!account.Configured)
            yield return Line("settings", "do not name this account: it is no longer synced");
        Sentence followers = !account.IsSummary ? Sentence.Foreign(account.Followers.ToString("N0", CultureInfo.InvariantCulture))
            : account.CompleteAsOf is { } at ? (Sentence)$"{account.Followers:N0} as of {time.Of(at)}" : "not counted before the first complete run";
        yield return Line("followers", account.WechatTotal is { } total
            ? (Sentence)$"{followers}; WeChat said {total:N0} at {time.Of(account.WechatTotalAt!.Value)}" : $"{followers}; WeChat was not asked yet");
        yield return Line("complete", account.CompleteAsOf is { } complete
            ? (Sentence)$"as of {time.Of(complete)}, {DurationText.Of(TimeSpan.FromSeconds(account.CompleteAgeSeconds ?? 0))} ago"
            : "never yet: no run has succeeded");
        if (account.Rejected > 0)
            yield return Line("rejected", $"{account.Rejected:N0} openids that WeChat refuses; followersync.rejected_openids has the causes");
        if (account.NotRead is { } notRead)
            yield return Line("not read", notRead);
        if (account.Round is { } round)
            yield return Line("round", Round(round));
        if (account.HeldRunId is { } held)
            yield return Line("held", $"run {held} would change too many people, new ones are let in all the same; look at it with followersync approve {held} --show, then followersync approve {held}, or with --reject");
        if (account.PausedAt is { } paused)
            yield return Line("paused", $"since {time.Of(paused)}, on the status page: no worker begins a run of it by itself until somebody resumes it there");
        if (account.NextTryAt is { } nextTry)
            yield return Line("next try", nextTry > context.Time.GetUtcNow() ? Sentence.Foreign(time.Of(nextTry)) : $"was due at {time.Of(nextTry)}: under way, or no worker runs");
        if (account.Arrivals is { } arrivals)
            yield return Line("arrivals", Arrivals(arrivals));
        foreach (ApiStop stop in account.Stops)
            yield return Line("stopped", $"{(stop.Api == ApiStop.All ? "all calls" : Sentence.Foreign(stop.Api))} until {time.Of(stop.Until)}: {stop.Reason} {stop.WhatEndsIt}");
        if (account.Configured)
            yield return Line("token", Token(account));
        if (account.TokenConflict is { } conflict)
            yield return Line("conflict", conflict);
        foreach (MirrorState mirror in account.TokenMirrors)
            yield return Line("mirror", MirrorText.Of(mirror, time));
        foreach (Sentence line in account.LastRuns.SelectMany(run => Runs(run, areNodesTold)))
            yield return line;
        yield return Sentence.Empty;
    }

    private Sentence Round(RoundStatus round)
    {
        Sentence end = round.ExpectedEnd is { } expected ? (Sentence)$"; expected to end about {time.Of(expected)}" : Sentence.Empty;
        Sentence state = round.Running ? (Sentence)"under way" : round.PausedForQuota ? (Sentence)"waits for the next day's calls" : "waits for the next run";
        return $"begun {time.Of(round.StartedAt)}, {round.Listed:N0} of {round.Total:N0} listed, {round.ToAsk:N0} still to ask, {state}{end}";
    }

    private Sentence Arrivals(ArrivalStatus arrivals)
    {
        Sentence waiting = arrivals.OldestWaitingSince is { } since ? (Sentence)$"{arrivals.Waiting:N0} wait, the first since {time.Of(since)}" : "none waits";
        Sentence last = arrivals.LastRun is not { } run ? (Sentence)"nobody was asked about lately"
            : $"last asked at {time.Of(run.StartedAt)}, {RunWords.Of(run.Status)}: {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected{(run.Error is { } error ? (Sentence)$". {error}" : Sentence.Empty)}";
        return Sentence.Join("; ", [waiting, last]);
    }

    private static Sentence Token(AccountStatus account)
    {
        Sentence life = account.Token switch
        {
            null => (Sentence)"none stored",
            { SecondsLeft: 0 } => "has ended; the next call fetches one",
            { } token => $"valid for {DurationText.Of(TimeSpan.FromSeconds(token.SecondsLeft))} ({token.Source})",
        };
        return account.TokenReplacementsLastHour > 0 ? $"{life}; replaced before its end {account.TokenReplacementsLastHour} times in the last hour" : life;
    }

    private IEnumerable<Sentence> Runs(SyncRun run, bool isNodeTold)
    {
        Sentence took = run.Took is { } length ? (Sentence)$", took {DurationText.Of(length)}" : Sentence.Empty;
        yield return Line($"run {run.RunId}",
            $"{RunWords.Of(run.Status)}, {time.Of(run.StartedAt)} by {RunWords.Of(run.Trigger)}{(isNodeTold && run.Node is { } node ? (Sentence)$" on {node}" : Sentence.Empty)}{took}: {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected, {run.ApiCalls:N0} calls");
        if (run.Error is { } error)
            yield return Line("", error);
        if (run.Note is { } note)
            yield return Line("", note);
    }

    private static Sentence Line(Sentence label, Sentence text) => Sentence.Join(" ", [TextFold.Padded(label.With(word => "  " + word), TextColumn - 1), text]);
}
