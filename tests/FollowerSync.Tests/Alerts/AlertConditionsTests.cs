using FollowerSync.Alerts;
using FollowerSync.Alerts.Texts;
using FollowerSync.Runs;
using FollowerSync.Scheduling;

namespace FollowerSync.Tests.Alerts;

/// <summary>When an account needs a person.</summary>
public sealed class AlertConditionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(2);

    [Theory]
    [InlineData("0 30 3 * * ?", "2026-03-09T04:00:00+08:00", "2026-03-10T05:59:00+08:00", "Good")]
    [InlineData("0 30 3 * * ?", "2026-03-09T04:00:00+08:00", "2026-03-10T06:01:00+08:00", "Bad")]
    [InlineData("0 30 3 * * ?", "2026-03-09T12:00:00+08:00", "2026-03-10T13:59:00+08:00", "Good")]
    [InlineData("0 30 3 * * ?", "2026-03-09T12:00:00+08:00", "2026-03-10T14:01:00+08:00", "Bad")]
    [InlineData("0 0 * * * ?", "2026-03-10T10:00:30+08:00", "2026-03-10T12:59:00+08:00", "Good")]
    [InlineData("0 0 * * * ?", "2026-03-10T10:00:30+08:00", "2026-03-10T13:31:00+08:00", "Bad")]
    [InlineData("0 30 3 ? * MON-FRI", "2026-03-06T04:00:00+08:00", "2026-03-09T05:29:00+08:00", "Good")]
    [InlineData("0 30 3 ? * MON-FRI", "2026-03-06T04:00:00+08:00", "2026-03-09T06:31:00+08:00", "Bad")]
    [InlineData("0 30 3 * * ? 2025", "2026-03-06T04:00:00+08:00", "2026-03-20T06:01:00+08:00", "Unknown")]
    public void Data_is_overdue_after_the_interval_of_the_schedule_and_the_grace(string cron, string success, string now, string verdict)
    {
        ScheduleOptions schedule = new() { Cron = cron };
        AlertConditions conditions = new(moment => NextRun.After(moment, schedule), Grace);
        AccountView view = new() { AppId = "wx", Now = Time(now), WatchedSince = Time(now), SuccessAt = Time(success), SuccessTook = TimeSpan.FromMinutes(30) };

        VerdictOf(conditions, view, AlertKind.Stale).ShouldBe(verdict);
    }

    [Fact]
    public void Without_any_run_the_interval_counts_from_when_somebody_looked()
    {
        VerdictOf(Daily(), View() with { WatchedSince = Now.AddHours(-27) }, AlertKind.Stale).ShouldBe("Bad");
        VerdictOf(Daily(), View() with { WatchedSince = Now.AddHours(-25) }, AlertKind.Stale).ShouldBe("Good");
    }

    [Fact]
    public void An_account_that_somebody_paused_is_not_overdue_and_counts_from_when_it_was_resumed()
    {
        AccountView old = View() with { SuccessAt = Now.AddDays(-9), Runs = [Run(RunStatus.Succeeded)] };

        VerdictOf(Daily(), old, AlertKind.Stale).ShouldBe("Bad");
        VerdictOf(Daily(), old with { ScheduleIsPaused = true }, AlertKind.Stale).ShouldBe("Good");
        Daily().FreshnessOf(old with { ScheduleIsPaused = true }).ShouldBe(Freshness.Paused);
        VerdictOf(Daily(), old with { ResumedAt = Now.AddHours(-25) }, AlertKind.Stale).ShouldBe("Good");
        VerdictOf(Daily(), old with { ResumedAt = Now.AddHours(-27) }, AlertKind.Stale).ShouldBe("Bad");
        VerdictOf(Daily(), old with { SuccessAt = Now.AddHours(-25), ResumedAt = Now.AddDays(-3) }, AlertKind.Stale).ShouldBe("Good", "it succeeded since");
    }

    [Fact]
    public void A_round_that_waits_for_the_next_day_is_neither_overdue_nor_unfinished()
    {
        AccountView view = View() with
        {
            SuccessAt = Now.AddDays(-4),
            PausedAt = Now.AddHours(-1),
            Runs = [Run(RunStatus.Partial, "WeChat answered 45009 to /cgi-bin/user/get: daily limit reached."), Run(RunStatus.Partial, "x was not called: of 500 calls a day 400 are made and 20 % are kept for other systems (Sync:QuotaReservePercent).")],
        };

        VerdictOf(Daily(), view, AlertKind.Stale).ShouldBe("Unknown");
        Daily().FreshnessOf(view).ShouldBe(Freshness.Waiting);
        VerdictOf(Daily(), view, AlertKind.Partial).ShouldBe("Unknown");
        VerdictOf(Daily(), view, AlertKind.QuotaLow).ShouldBe("Bad");
        VerdictOf(Daily(), view with { Now = Now.AddHours(5) }, AlertKind.QuotaLow).ShouldBe("Good", "a day has begun in Beijing");
    }

    [Fact]
    public void An_account_that_answers_again_has_not_failed_when_no_run_did()
    {
        AccountView stopped = View() with { StopReason = "WeChat answered 40125 to /cgi-bin/stable_token: invalid AppSecret.", Runs = [Run(RunStatus.Succeeded)] };
        VerdictOf(Daily(), stopped, AlertKind.RunFailed).ShouldBe("Bad");
        AlertRow failing = Failing(stopped, Now.AddMinutes(-5));
        AccountView expired = stopped with { StopReason = null, Runs = [Run(RunStatus.Failed, retryAt: Now.AddMinutes(1))] };
        VerdictOf(Daily(), expired, AlertKind.RunFailed, failing).ShouldBe("Unknown");
        VerdictOf(Daily(), expired with { TokenAt = Now.AddMinutes(-1), Runs = [] }, AlertKind.RunFailed, failing).ShouldBe("Good");
        VerdictOf(Daily(), expired with { TokenAt = Now.AddMinutes(-9), Runs = [] }, AlertKind.RunFailed, failing).ShouldBe("Unknown", "the token is older than the failure");
        AccountView over = stopped with { StopReason = null, Runs = [Run(RunStatus.Succeeded) with { FinishedAt = Now.AddHours(-9) }] };
        VerdictOf(Daily(), over, AlertKind.RunFailed, failing).ShouldBe("Unknown", "the stop is over, and nobody has asked since");
        VerdictOf(Daily(), over with { Runs = [Run(RunStatus.Succeeded) with { FinishedAt = Now.AddMinutes(-1) }] }, AlertKind.RunFailed, failing).ShouldBe("Good");
    }

    [Theory]
    [InlineData("WeChat answered 40125 to /cgi-bin/stable_token: invalid AppSecret.", "Good")]
    [InlineData("WeChat answered 40164 to /cgi-bin/token: IP address not on the whitelist.", "Good")]
    [InlineData("the token service answered 40164 to https://tokens.example.com/of?app=1: IP address not on the whitelist.", "Good")]
    [InlineData("The token service at https://tokens.example.com/of refused: HTTP 401.", "Good")]
    [InlineData("No token from the cache: WRONGPASS.", "Good")]
    [InlineData("WeChat answered 50002 to /cgi-bin/user/get: account restricted.", "Unknown")]
    [InlineData("WeChat answered 48001 to /cgi-bin/user/info/batchget: API not authorised.", "Unknown")]
    [InlineData("WeChat answered 48004 to /sns/oauth2/access_token: API banned.", "Unknown")]
    public void A_token_shows_only_that_tokens_are_given_out_and_a_run_of_arrivals_that_WeChat_answers(string reason, string withToken)
    {
        DateTimeOffset failedAt = Now.AddMinutes(-5);
        AccountView stopped = View() with { StopReason = reason, StoppedAt = failedAt };
        AlertRow failing = Failing(stopped, Now.AddHours(-3));
        AccountView over = View() with { Runs = [Run(RunStatus.Succeeded) with { FinishedAt = Now.AddHours(-9) }] };

        VerdictOf(Daily(), over with { TokenAt = failedAt.AddMinutes(1) }, AlertKind.RunFailed, failing).ShouldBe(withToken);
        VerdictOf(Daily(), over with { TokenAt = failedAt.AddMinutes(-1) }, AlertKind.RunFailed, failing).ShouldBe("Unknown", "it failed once more since");
        VerdictOf(Daily(), over with { ArrivalsAt = failedAt.AddMinutes(1) }, AlertKind.RunFailed, failing).ShouldBe("Good");
        VerdictOf(Daily(), over with { ArrivalsAt = failedAt.AddMinutes(-1) }, AlertKind.RunFailed, failing).ShouldBe("Unknown");
    }

    [Fact]
    public void The_third_failure_in_a_row_does_not_say_that_nobody_tries_again()
    {
        RunView[] runs = [Run(RunStatus.Failed, "No usable answer", Now.AddMinutes(2)), Run(RunStatus.Failed, "x", Now), Run(RunStatus.Failed, "x", Now)];
        AlertFacts TriedAgain(AccountView view) => Daily().Of(view, failing: null).Single(finding => finding.Kind == AlertKind.RunFailed).Facts;

        TriedAgain(View() with { Runs = runs }).IsTriedAgain.ShouldBeTrue();
        TriedAgain(View() with { Runs = [Run(RunStatus.Failed, "x")] }).IsTriedAgain.ShouldBeFalse();
    }

    [Fact]
    public void A_run_that_was_refused_for_its_address_is_left_to_another_node_where_one_fires_the_account()
    {
        RunView refused = Run(RunStatus.Failed, "WeChat answered 40164 to /cgi-bin/stable_token: invalid ip 203.0.113.7.");

        refused.IsLeftToAnother.ShouldBeFalse();
        (refused with { AnotherFires = true }).IsLeftToAnother.ShouldBeTrue();
        (Run(RunStatus.Failed, "WeChat answered 40125 to /cgi-bin/stable_token: secret.") with { AnotherFires = true }).IsLeftToAnother.ShouldBeFalse();
    }

    [Fact]
    public void A_retry_that_never_came_is_none() =>
        VerdictOf(Daily(), View() with { Runs = [Run(RunStatus.Failed, "No usable answer", Now.AddMinutes(-11))] }, AlertKind.RunFailed).ShouldBe("Bad");

    [Fact]
    public void A_worker_that_dies_three_times_in_a_row_is_told()
    {
        VerdictOf(Daily(), View() with { Runs = [Run(RunStatus.Abandoned), Run(RunStatus.Abandoned)] }, AlertKind.RunFailed).ShouldBe("Unknown");
        VerdictOf(Daily(), View() with { Runs = [Run(RunStatus.Abandoned), Run(RunStatus.Abandoned), Run(RunStatus.Abandoned)] }, AlertKind.RunFailed).ShouldBe("Bad");
    }

    [Fact]
    public void Books_that_differ_one_day_are_no_news()
    {
        BookDay off = new() { SeenUntil = Now, Difference = -30, Total = 1_000 };
        VerdictOf(Daily(), View() with { Books = new BooksView(0, [off]) }, AlertKind.Reconciliation).ShouldBe("Unknown");
        VerdictOf(Daily(), View() with { Books = new BooksView(0, [off, off with { Difference = 9 }]) }, AlertKind.Reconciliation).ShouldBe("Unknown");
        VerdictOf(Daily(), View() with { Books = new BooksView(0, [off, off]) }, AlertKind.Reconciliation).ShouldBe("Bad");
        VerdictOf(Daily(), View() with { Books = new BooksView(0, [off with { Total = 40_000 }, off]) }, AlertKind.Reconciliation).ShouldBe("Good");
        VerdictOf(Daily(), View() with { Books = new BooksView(0, []) }, AlertKind.Reconciliation).ShouldBe("Good", "for a week no day could be compared");
    }

    [Theory]
    [InlineData("WeChat answered 40164 to /cgi-bin/stable_token: IP address not on the whitelist (\"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 0a1b2c3d-11112222-33334444\"). Add it. WeChat sees this server as 203.0.113.7.", "Code", 40164)]
    [InlineData("/cgi-bin/user/get was not called: it is left alone until 2026-01-01 00:00 UTC, because on that day this happened. WeChat answered 48001 to /cgi-bin/user/get: x.", "Code", 48001)]
    [InlineData("No usable answer from WeChat to /cgi-bin/user/get: HTML.", "NoAnswer", null)]
    [InlineData("53100: could not extend file", "Database", null)]
    [InlineData("NullReferenceException: x. This is a fault of the program; please report it with the log.", "Program", null)]
    [InlineData(null, "Unknown", null)]
    public void Of_an_error_only_its_cause_is_kept(string? error, string cause, int? code)
    {
        AlertFacts facts = RunError.Of(error).In(new AlertFacts());

        facts.Cause.ToString().ShouldBe(cause);
        facts.ErrorCode.ShouldBe(code);
        if (code == 40164)
            (facts.SeenAs, facts.RequestId, facts.IsTokenCall).ShouldBe(("203.0.113.7", "0a1b2c3d-11112222-33334444", true));
    }

    private static string VerdictOf(AlertConditions conditions, AccountView view, AlertKind kind, AlertRow? failing = null) =>
        conditions.Of(view, failing).Concat(AlertConditions.OfBooks(view)).Single(finding => finding.Kind == kind).Verdict.ToString();

    private static AlertRow Failing(AccountView view, DateTimeOffset since) =>
        new() { StartedAt = since, IsFiring = true, FactsJson = Daily().Of(view, failing: null).Single(finding => finding.Kind == AlertKind.RunFailed).Facts.ToJson() };

    private static AlertConditions Daily() => new(moment => NextRun.After(moment, new ScheduleOptions()), Grace);

    private static AccountView View() => new() { AppId = "wx", Now = Now, WatchedSince = Now };

    private static RunView Run(RunStatus status, string? error = null, DateTimeOffset? retryAt = null) => new() { Status = status, Error = error, RetryAt = retryAt, Listed = 1_000 };

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
