using FollowerSync.Alerts;
using FollowerSync.Alerts.Texts;
using FollowerSync.CommandLine;
using FollowerSync.Languages;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using FollowerSync.Status;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.CommandLine;

/// <summary><c>status</c> calls for a person when the page and the alerts do, and in their words.</summary>
public sealed class StatusAttentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly StatusAttention _attention = new(new ZonedTime(new ScheduleOptions()), maxAge: null);

    [Fact]
    public void A_channel_that_takes_no_messages_is_named_in_both_languages()
    {
        AlertRow broken = Firing(AlertKind.ChannelBroken, new AlertFacts { Account = "ops" }) with { Subject = "ops" };

        Sentence told = _attention.Of(Report(), [broken]).ShouldHaveSingleItem();

        told.In(Language.English).ShouldBe("ops: Alerts do not arrive. A channel took none of the last three messages. followersync alert test says what the channel answers.");
        told.In(Language.Chinese).ShouldStartWith("ops：告警无法送达。该渠道连续三条消息都没有送达。");
    }

    [Theory]
    [InlineData("Stale", true)]
    [InlineData("Partial", true)]
    [InlineData("Rejected", true)]
    [InlineData("Reconciliation", true)]
    [InlineData("QuotaLow", true)]
    [InlineData("TokenConflict", true)]
    [InlineData("RunFailed", false)]
    [InlineData("Held", false)]
    public void What_the_alerts_found_is_told_unless_the_status_knows_it_better_itself(string kind, bool isTold)
    {
        AlertRow alert = Firing(Enum.Parse<AlertKind>(kind), new AlertFacts { Account = "brand", AppId = "wx" });

        _attention.Of(Report(new AccountStatus { AppId = "wx", Name = "brand", Configured = true }), [alert]).Count.ShouldBe(isTold ? 1 : 0);
    }

    [Fact]
    public void What_the_status_tells_itself_is_not_told_twice()
    {
        AccountStatus account = new()
        {
            AppId = "wx",
            Name = "brand",
            Configured = true,
            TokenConflict = "another program",
            Stops = [new("wx", "/cgi-bin/user/get", Now, Now.AddHours(1), "used up")],
        };

        _attention.Of(Report(account), [Firing(AlertKind.QuotaLow, new AlertFacts { AppId = "wx" }), Firing(AlertKind.TokenConflict, new AlertFacts { AppId = "wx" })]).Count.ShouldBe(2);
    }

    [Fact]
    public void A_run_that_failed_for_what_stopped_the_calls_is_no_second_matter()
    {
        AccountStatus account = new()
        {
            AppId = "wx",
            Name = "brand",
            Configured = true,
            Stops = [new("wx", ApiStop.All, Now, Now.AddHours(1), "the secret is wrong")],
            Failing = new SyncRun { RunId = 1, AppId = "wx", Trigger = SyncTrigger.Schedule, StartedAt = Now, Status = RunStatus.Failed, Error = "the secret is wrong" },
        };

        _attention.Of(Report(account), []).ShouldHaveSingleItem().ToString().ShouldContain("stopped until");
        _attention.Of(Report(account with { Stops = [] }), []).ShouldHaveSingleItem().ToString().ShouldContain("ended as failed: the secret is wrong");
    }

    [Fact]
    public void While_no_worker_lives_nobody_looks_and_what_was_found_may_be_over() =>
        _attention.Of(Report() with { Workers = [] }, [Firing(AlertKind.Stale, new AlertFacts { Account = "brand" })]).ShouldBeEmpty();

    [Theory]
    [InlineData("Failed", null, true)]
    [InlineData("Failed", 2, false)]
    [InlineData("Failed", -11, true)]
    [InlineData("Abandoned", null, false)]
    [InlineData("Succeeded", null, false)]
    public void A_failure_that_is_about_to_be_tried_again_needs_nobody(string status, int? retryInMinutes, bool needsPerson) =>
        Failing.NeedsPerson([(Enum.Parse<RunStatus>(status), retryInMinutes is { } minutes ? Now.AddMinutes(minutes) : null)], Now).ShouldBe(needsPerson);

    [Fact]
    public void The_third_failure_in_a_row_does() =>
        Failing.NeedsPerson([(RunStatus.Failed, Now.AddMinutes(2)), (RunStatus.Abandoned, null), (RunStatus.Failed, Now)], Now).ShouldBeTrue();

    private static StatusReport Report(params AccountStatus[] accounts) => new(accounts)
    {
        Workers = [new NodeState("node", Cluster: null, "host", "1.0", "", EgressAddress: null, Now, Now, 0, NextRunAt: null, StoppedAt: null, Alive: true, [])],
    };

    private static AlertRow Firing(AlertKind kind, AlertFacts facts) =>
        new() { Alert = kind, Subject = facts.AppId, Severity = AlertSeverity.Critical, IsFiring = true, StartedAt = Now, FactsJson = facts.ToJson() };
}
