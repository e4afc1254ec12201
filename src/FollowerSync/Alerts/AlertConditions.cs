using FollowerSync.Alerts.Texts;
using FollowerSync.Runs;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Alerts;

/// <summary>Judges an account by what is stored of it.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="grace">How much longer than its interval an account may be without success.</param>
internal sealed class AlertConditions(AlertSchedule schedule, TimeSpan grace)
{
    private static readonly TimeSpan QuietAfterFight = TimeSpan.FromHours(24);

    /// <summary>A verdict for each kind of alert, but those that go by the books.</summary>
    /// <param name="view">The account.</param>
    /// <param name="failing">The alert that tells of its failure; null = it does not count as failed.</param>
    public IEnumerable<Finding> Of(AccountView view, AlertRow? failing)
    {
        AlertFacts facts = new() { Account = view.Name, AppId = view.AppId };
        yield return RunFailed(view, facts, failing);
        yield return Stale(view, facts);
        yield return New(AlertKind.Held, view.HeldRunId is null ? Verdict.Good : Verdict.Bad, facts with { RunId = view.HeldRunId, Count = view.HeldPeople });
        yield return Partial(view, facts);
        yield return QuotaLow(view, facts);
        yield return TokenConflict(view, facts);
    }

    /// <summary>Likewise for each kind that goes by the books; nothing when they were not read.</summary>
    public static IEnumerable<Finding> OfBooks(AccountView view)
    {
        AlertFacts facts = new() { Account = view.Name, AppId = view.AppId };
        return view.Books is { } books ? [Rejected(view, books, facts), Reconciliation(books, facts)] : [];
    }

    /// <summary>Whether the account's data is as new as the schedule promises. Without any success it counts from the first run, or from when somebody began to look.</summary>
    public Freshness FreshnessOf(AccountView view)
    {
        if (view.ScheduleIsPaused)
            return Freshness.Paused;
        DateTimeOffset since = view.SuccessAt ?? (view.FirstRunAt is { } first && first < view.WatchedSince ? first : view.WatchedSince);
        if (schedule.DueAfter(since, view.SuccessTook, view.ResumedAt, view.Now) is not { } due)
            return Freshness.NotDue;
        return view.Now <= due ? Freshness.OnTime
            : view.Now <= due + grace ? Freshness.Late
            : view.Runs is [{ IsPaused: true }, ..] ? Freshness.Waiting : Freshness.Overdue;
    }

    private static Finding RunFailed(AccountView view, AlertFacts facts, AlertRow? failing)
    {
        RunView? last = view.Runs is [{ } newest, ..] ? newest : null;
        bool isFailed = last is not null && Failing.IsFailure(last.Status);
        if (view.StopReason is { } reason)
            return New(AlertKind.RunFailed, Verdict.Bad, RunError.Of(reason).In(facts with { RunId = isFailed ? last!.RunId : null, FailedAt = view.StoppedAt }));
        if (Failing.NeedsPerson([.. view.Runs.Select(run => (run.Status, run.RetryAt))], view.Now))
            return New(AlertKind.RunFailed, Verdict.Bad, last!.Why.In(facts with { RunId = last.RunId, FailedAt = last.FinishedAt, IsTriedAgain = last.Status == RunStatus.Abandoned || last.RetryAt > view.Now }));
        AlertFacts? failure = failing?.Facts;
        DateTimeOffset? failedAt = failure?.FailedAt ?? failing?.StartedAt;
        // WeChat gives out tokens to an account that it lets do nothing else.
        bool answersAgain = !isFailed && (view.ArrivalsAt > failedAt || (failure is { IsOverByToken: true } && view.TokenAt > failedAt));
        // A run from before the failure shows nothing of how it is now.
        bool isRight = last is { Status: RunStatus.Succeeded or RunStatus.Held } or { IsPaused: true } && !(last.FinishedAt <= failedAt);
        return New(AlertKind.RunFailed, isRight || answersAgain ? Verdict.Good : Verdict.Unknown, facts);
    }

    // Whoever paused an account does not want it synced, and knows.
    private Finding Stale(AccountView view, AlertFacts facts) => New(
        AlertKind.Stale,
        FreshnessOf(view) switch { Freshness.Overdue => Verdict.Bad, Freshness.OnTime or Freshness.Late or Freshness.Paused => Verdict.Good, _ => Verdict.Unknown },
        facts with { Since = view.SuccessAt });

    private static Finding Partial(AccountView view, AlertFacts facts) => view.Runs switch
    {
        [{ Status: RunStatus.Partial, IsPaused: false } last, { Status: RunStatus.Partial, IsPaused: false }, ..] => New(AlertKind.Partial, Verdict.Bad, last.Why.In(facts with { RunId = last.RunId })),
        [{ Status: RunStatus.Succeeded or RunStatus.Held }, ..] => New(AlertKind.Partial, Verdict.Good, facts),
        _ => New(AlertKind.Partial, Verdict.Unknown, facts),
    };

    private static Finding QuotaLow(AccountView view, AlertFacts facts)
    {
        DateTimeOffset nextDay = BeijingDay.Next(view.Now, TimeSpan.Zero);
        bool isPaused = view.PausedAt >= nextDay.AddDays(-1) && view.PausedAt <= view.Now && !(view.SuccessAt > view.PausedAt);
        if (view.QuotaUntil is null && !isPaused)
            return New(AlertKind.QuotaLow, Verdict.Good, facts);
        RunError why = view.QuotaReason is { } reason ? RunError.Of(reason) : view.Runs is [{ IsPaused: true } last, ..] ? last.Why : new RunError(AlertCause.Unknown);
        return New(AlertKind.QuotaLow, Verdict.Bad, why.In(facts with { Until = view.QuotaUntil ?? nextDay }));
    }

    private static Finding TokenConflict(AccountView view, AlertFacts facts) => New(
        AlertKind.TokenConflict,
        view.Replacements >= AlertLimits.ReplacementsOfAFight ? Verdict.Bad : view.LastReplacementAt > view.Now - QuietAfterFight ? Verdict.Unknown : Verdict.Good,
        facts with { Count = view.Replacements });

    private static Finding Rejected(AccountView view, BooksView books, AlertFacts facts)
    {
        long listed = view.Runs.FirstOrDefault(run => run.Listed > 0)?.Listed ?? 0;
        bool isBad = books.Rejected > Math.Max(AlertLimits.RefusedAtMost, listed * AlertLimits.RefusedShare);
        return New(AlertKind.Rejected, isBad ? Verdict.Bad : Verdict.Good, facts with { Count = books.Rejected, Of = Math.Max(listed, books.Rejected) });
    }

    private static Finding Reconciliation(BooksView books, AlertFacts facts) => books.Days switch
    {
        [{ } last, { } before] when Differs(last) && Differs(before) => New(AlertKind.Reconciliation, Verdict.Bad, facts with { Count = last.Difference, Of = last.Total, Since = last.SeenUntil.AddHours(-12) }),
        // Without a day to compare, such as when the books are read no longer, nobody knows of a difference.
        [] => New(AlertKind.Reconciliation, Verdict.Good, facts),
        [{ } last, ..] when !Differs(last) => New(AlertKind.Reconciliation, Verdict.Good, facts),
        _ => New(AlertKind.Reconciliation, Verdict.Unknown, facts),
    };

    private static bool Differs(BookDay day) => Math.Abs(day.Difference) > Math.Max(AlertLimits.DifferenceAtMost, day.Total * AlertLimits.DifferenceShare);

    private static Finding New(AlertKind kind, Verdict verdict, AlertFacts facts) => new(kind, facts.AppId, verdict, facts);
}
