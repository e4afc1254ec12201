using System.Globalization;
using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.CommandLine;

/// <summary>The status for people: a paragraph an account, its last runs below.</summary>
internal static class StatusText
{
    public static void Write(CommandContext context, StatusReport report)
    {
        if (report.Accounts.Count == 0)
            context.Output.WriteLine("No account is set, and none was ever synced.");
        foreach (AccountStatus account in report.Accounts)
            foreach (string line in Lines(account, context.Time))
                context.Output.WriteLine(context.Mask.Mask(Printable.Of(line)));
    }

    private static IEnumerable<string> Lines(AccountStatus account, TimeProvider time)
    {
        yield return account.Name == account.AppId ? account.AppId : $"{account.Name} ({account.AppId})";
        if (!account.Configured)
            yield return Line("settings", "do not name this account: it is no longer synced");
        yield return Line("followers", Text($"{account.Followers:N0}"));
        yield return Line("complete", account.CompleteAsOf is { } complete
            ? $"as of {At(complete, time)}, {DurationText.Of(TimeSpan.FromSeconds(account.CompleteAgeSeconds ?? 0))} ago"
            : "never yet: no run has succeeded");
        if (account.Rejected > 0)
            yield return Line("rejected", Text($"{account.Rejected:N0} openids that WeChat refuses; followersync.rejected_openids has the causes"));
        if (account.NotRead is { } notRead)
            yield return Line("not read", notRead);
        if (account.Round is { } round)
            yield return Line("round", Round(round, time));
        if (account.HeldRunId is { } held)
            yield return Line("held", Text($"run {held} would change too many people, new ones are let in all the same; look at it with followersync approve {held} --show, then followersync approve {held}, or with --reject"));
        if (account.NextTryAt is { } nextTry)
            yield return Line("next try", nextTry > time.GetUtcNow() ? At(nextTry, time) : $"was due at {At(nextTry, time)}: under way, or no worker runs");
        foreach (ApiStop stop in account.Stops)
            yield return Line("stopped", $"{(stop.Api == ApiStop.All ? "all calls" : stop.Api)} until {At(stop.Until, time)}: {stop.Reason} {stop.WhatEndsIt}");
        if (account.Configured)
            yield return Line("token", Token(account));
        if (account.TokenConflict is { } conflict)
            yield return Line("conflict", conflict);
        foreach (string run in account.LastRuns.SelectMany(run => Runs(run, time)))
            yield return run;
        yield return "";
    }

    private static string Round(RoundStatus round, TimeProvider time)
    {
        string end = round.ExpectedEnd is { } expected ? $"; expected to end about {At(expected, time)}" : "";
        return Text($"begun {At(round.StartedAt, time)}, {round.Listed:N0} of {round.Total:N0} listed, {round.ToAsk:N0} still to ask, {(round.PausedForQuota ? "waits for the next day's calls" : "waits for the next run")}{end}");
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

    private static IEnumerable<string> Runs(SyncRun run, TimeProvider time)
    {
        string took = run.Took is { } length ? $", took {DurationText.Of(length)}" : "";
        yield return Line($"run {run.RunId}", Text(
            $"{Lower(run.Status)}, {At(run.StartedAt, time)} by {Lower(run.Trigger)}{took}: {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected, {run.ApiCalls:N0} calls"));
        if (run.Error is { } error)
            yield return Line("", error);
        if (run.Note is { } note)
            yield return Line("", note);
    }

    private static string Line(string label, string text) => $"  {label,-10} {text}";

    private static string At(DateTimeOffset moment, TimeProvider time) =>
        TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
