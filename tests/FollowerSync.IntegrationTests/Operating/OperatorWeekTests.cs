using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FollowerSync.Emulator.Faults;
using Xunit.Abstractions;

namespace FollowerSync.IntegrationTests.Operating;

/// <summary>A week's troubles, one after the other: page, alert, log and <c>status</c> tell each, and tell the same. One of them here; <c>eng/operator-week.sh</c>
/// lives through all and writes down what was said, and how soon.</summary>
public sealed partial class OperatorWeekTests(ITestOutputHelper output)
{
    private const string Token = "/cgi-bin/stable_token";
    private const string UserGet = "/cgi-bin/user/get";
    private const string BatchGet = "/cgi-bin/user/info/batchget";

    private static readonly Trouble[] Troubles =
    [
        new(
            "more people gone than the brake lets through",
            "Held",
            week =>
            {
                foreach (string openId in week.Account.Followers().Select(follower => follower.OpenId).Where((_, index) => index % 3 == 0).ToArray())
                    week.Account.Unfollow(openId);
                return Task.CompletedTask;
            },
            week => week.TypeUntilDoneAsync(async () => ["approve", await HeldRunAsync(week)]))
        {
            Says = "followersync approve [0-9]+",
            LogSays = "ended as \"Held\": .*followersync approve [0-9]+",
            Remedy = "followersync approve RUN_ID",
        },
        new(
            "wrong AppSecret",
            "RunFailed",
            week =>
            {
                week.Account.ResetSecret("0123456789abcdef0123456789abcdef");
                EndToken(week);
                return Task.CompletedTask;
            },
            week =>
            {
                week.KeepSecret();
                return Task.CompletedTask;
            })
        {
            Says = "40125.*AppSecret",
            LogSays = "40125",
            Remedy = "the new secret in its file",
        },
        new(
            "the machine's address is not on WeChat's list",
            "RunFailed",
            week =>
            {
                week.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40164, ErrMsg = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", Path = Token });
                EndToken(week);
                return Task.CompletedTask;
            },
            async week =>
            {
                week.Faults.Clear();
                await week.TypeUntilDoneAsync(() => Task.FromResult<string[]>(["sync"]));
            })
        {
            Says = "40164.*203\\.0\\.113\\.7",
            LogSays = "40164.*203\\.0\\.113\\.7",
            Remedy = "the address in the console, then followersync sync",
        },
        new(
            "the day's calls are used up",
            "QuotaLow",
            week =>
            {
                week.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, ErrMsg = "reach max api daily quota limit", Path = BatchGet });
                return Task.CompletedTask;
            },
            async week =>
            {
                week.Faults.Clear();
                await week.Postgres.ExecuteAsync("update followersync.api_stops set until = now(); update followersync.listings set paused_at = paused_at - interval '1 day'");
            })
        {
            Says = "45009",
            LogSays = "45009",
            Remedy = "the next day in Beijing",
        },
        new(
            "WeChat is away",
            "RunFailed",
            week =>
            {
                week.Faults.Add(new FaultRule { Fault = FaultKind.Status });
                return Task.CompletedTask;
            },
            week =>
            {
                week.Faults.Clear();
                return Task.CompletedTask;
            })
        {
            Says = "No usable answer from WeChat",
            LogSays = "No usable answer from WeChat",
            Remedy = "by itself",
        },
        new("PostgreSQL is away", "DatabaseAway", week => week.Postgres.StopAsync(immediately: true), async week =>
        {
            // As long as it takes to be news.
            await Task.Delay(TimeSpan.FromSeconds(65), TimeProvider.System);
            await week.Postgres.StartServerAsync();
        })
        {
            Says = "(?i)database",
            PageSays = "^503: (?i:.*database)",
            StatusSays = "^exit code 1: (?i:.*database)",
            LogSays = "tried again",
            IsToldAfterwards = true,
            Remedy = "PostgreSQL started again",
        },
        new(
            "a run that does not come to an end",
            "Stale",
            week =>
            {
                week.Faults.Add(new FaultRule { Fault = FaultKind.Delay, Delay = TimeSpan.FromSeconds(80), Path = UserGet, Times = 1 });
                return Task.CompletedTask;
            },
            week => Task.CompletedTask)
        {
            Says = "(?i)overdue",
            LogSays = "Alert: .*overdue",
            Remedy = "by itself",
        },
        new(
            "another program replaces the token",
            "TokenConflict",
            week =>
            {
                week.Faults.Add(new FaultRule { Fault = FaultKind.InvalidateToken, Path = UserGet, Page = 1, Every = 2, Times = 3 });
                return Task.CompletedTask;
            },
            async week =>
            {
                week.Faults.Clear();
                await week.Postgres.ExecuteAsync("update followersync.token_replacements set replaced_at = replaced_at - interval '25 hours'");
            })
        {
            Says = "(?i)another program",
            LogSays = "another program fetches",
            Remedy = "a day without",
        },
        new(
            "the worker was killed",
            null,
            week => week.KillWorkerAsync(),
            week =>
            {
                week.StartWorker();
                return Task.CompletedTask;
            })
        {
            Says = "No worker lives",
            PageSays = "^no page",
            LogSays = null,
            Remedy = "followersync run",
        },
    ];

    [Fact]
    public async Task Page_alert_log_and_status_tell_every_trouble_and_when_it_is_over()
    {
        List<Sightings> week = [];
        await using (Week operators = await Week.BeginAsync())
            foreach (Trouble trouble in WeekOptions.ReportFile is null ? Troubles[..1] : Troubles)
            {
                week.Add(await operators.LiveThroughAsync(trouble));
                if (WeekOptions.ReportFile is { } file)
                    await File.WriteAllTextAsync(file, ReportOf(week));
                await operators.UntilCalmAsync();
                if (trouble.Alert is not null)
                    Week.Says(operators.Log, "Alert over: .*From .* to ").ShouldBeTrue($"the log tells that it is over: {trouble.Name}\n{operators.Log}");
            }

        output.WriteLine(ReportOf(week));
        foreach (Sightings seen in week)
        {
            seen.Page.After.ShouldNotBeNull($"the page tells: {seen.Trouble.Name}\n{seen.Page.Text}");
            seen.Status.After.ShouldNotBeNull($"status tells: {seen.Trouble.Name}\n{seen.Status.Text}");
            (seen.Alert.After is null).ShouldBe(seen.Trouble.Alert is null, $"an alert tells: {seen.Trouble.Name}");
            (seen.Log.After is null).ShouldBe(seen.Trouble.LogSays is null, $"the log tells: {seen.Trouble.Name}\n{seen.Log.Text}");
            seen.Recovery.ShouldNotBeNull($"all tell that it is over: {seen.Trouble.Name}");
        }
    }

    /// <summary>The token that is in use ends, so that another must be fetched.</summary>
    private static void EndToken(Week week) => week.Faults.Add(new FaultRule { Fault = FaultKind.InvalidateToken, Path = UserGet, Times = 1 });

    private static async Task<string> HeldRunAsync(Week week) =>
        Convert.ToString(await week.Postgres.ReadAsync("select max(run_id) from wechat.sync_runs where status = 'held'"), CultureInfo.InvariantCulture)!;

    private static string ReportOf(IReadOnlyList<Sightings> week)
    {
        StringBuilder text = new("| trouble | a run met it after | page | alert | log | `status` | mended by | all well after |\n|---|---|---|---|---|---|---|---|\n");
        foreach (Sightings seen in week)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {seen.Trouble.Name} | {Seconds(seen.UntilRun)} | {Seconds(seen.Page.After)} | {Seconds(seen.Alert.After)} | {Seconds(seen.Log.After)} | {Seconds(seen.Status.After)} | {seen.Trouble.Remedy} | {Seconds(seen.Recovery)} |");
        foreach (Sightings seen in week)
            text.AppendLine(CultureInfo.InvariantCulture, $"\n### {seen.Trouble.Name}\n\n```text\npage    {seen.Page.Text}\nalert   {seen.Alert.Text}\nlog     {LineOf(seen)}\nstatus  {seen.Status.Text}\n```");
        return SocketFolder().Replace(text.ToString(), "SOCKET");
    }

    private static string LineOf(Sightings seen) =>
        seen.Trouble.LogSays is { } words ? seen.Log.Text.Split('\n').FirstOrDefault(line => Week.Says(line, words)) ?? "" : "";

    // Another one in every run.
    [GeneratedRegex(@"/\S+/socket:[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SocketFolder();

    private static string Seconds(TimeSpan? time) => time is { } took ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.0} s") : "–";
}
