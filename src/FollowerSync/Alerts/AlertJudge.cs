using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using Microsoft.Extensions.Options;

namespace FollowerSync.Alerts;

/// <summary>Looks at everything that can be wrong, and tells what changed. Any number of workers may do so: whoever comes second finds it told.</summary>
internal sealed partial class AlertJudge(
    FollowerDatabase database, AlertTelling telling, AlertChannels channels, AlertSchedule schedule, IOptions<AlertsOptions> options, IOptions<WeChatOptions> weChat, ILogger<AlertJudge> logger)
{
    private const int FailuresOfABroken = 3;

    /// <summary>Warnings are told again so many times as seldom as what is critical.</summary>
    private const int WarningsAreSlower = 6;

    /// <summary>Another cause is news, but not every few seconds.</summary>
    private static readonly TimeSpan BetweenCauses = TimeSpan.FromMinutes(10);

    private readonly AlertConditions _conditions = new(schedule, options.Value.Grace);
    private DateTimeOffset? _watchedSince;

    /// <summary>One look. What is told stands in the log too, for whoever has no channel or looks there first.</summary>
    /// <param name="away">For how long the database had been away until now; null = it was not.</param>
    /// <param name="withBooks">Whether to look at what takes longer, too.</param>
    /// <param name="cancellationToken">Ends the look; nothing of it is kept then.</param>
    public async Task LookAsync(TimeSpan? away, bool withBooks, CancellationToken cancellationToken)
    {
        foreach (AlertMessage message in await database.RunOnceAsync(tx => LookAsync(tx, away, withBooks), cancellationToken))
            Log(message);
    }

    private async Task<IReadOnlyList<AlertMessage>> LookAsync(Transaction tx, TimeSpan? away, bool withBooks)
    {
        await AlertStore.LockAsync(tx);
        DateTimeOffset now = await DatabaseClock.ReadAsync(tx);
        _watchedSince = _watchedSince < now ? _watchedSince : now;
        AlertLook look = new(tx, telling, now);
        if (away is { } lasted && await AlertStore.PassedAsync(tx, AlertKind.DatabaseAway, lasted) is { } passed)
            await look.TellAsync(passed, passed.Message, number: 1);

        Dictionary<(AlertKind, string), AlertRow> rows = (await AlertStore.ReadAsync(tx)).ToDictionary(row => (row.Alert, row.Subject));
        List<Finding> findings = [.. await AccountsAsync(tx, rows, withBooks), .. await ChannelsAsync(tx)];
        foreach (Finding finding in findings)
            await ActAsync(look, rows.GetValueOrDefault((finding.Kind, finding.Subject)), finding);
        await AlertStore.SeenAsync(tx, [.. findings.Select(finding => finding.Subject).Distinct(StringComparer.Ordinal)]);
        if (withBooks)
            await AlertOutbox.DeleteOldAsync(tx);
        return look.Told;
    }

    private async Task<IEnumerable<Finding>> AccountsAsync(Transaction tx, Dictionary<(AlertKind, string), AlertRow> rows, bool withBooks)
    {
        Dictionary<string, string> names = weChat.Value.Accounts.ToDictionary(account => account.AppId, account => account.DisplayName, StringComparer.Ordinal);
        List<AccountView> views = await AccountViewStore.ReadAsync(tx, [.. names.Keys], withBooks);
        return views.SelectMany(view => _conditions.Of(
            view with { Name = names[view.AppId], WatchedSince = _watchedSince!.Value },
            rows.GetValueOrDefault((AlertKind.RunFailed, view.AppId)) is { IsFiring: true } failing ? failing.StartedAt : null));
    }

    private async Task<IEnumerable<Finding>> ChannelsAsync(Transaction tx) =>
        (await ChannelStore.ReadAsync(tx, [.. channels.All.Select(channel => channel.Options.DisplayName)])).Select(row => new Finding(
            AlertKind.ChannelBroken, row.Channel, row.Failures == 0 ? Verdict.Good : row.Failures >= FailuresOfABroken ? Verdict.Bad : Verdict.Unknown, new AlertFacts { Account = row.Channel, Since = row.FailingSince }));

    private Task ActAsync(AlertLook look, AlertRow? row, Finding finding) => (finding.Verdict, row) switch
    {
        (Verdict.Bad, null or { IsFiring: false }) => BeginAsync(look, finding),
        (Verdict.Bad, { } firing) => GoOnAsync(look, firing, finding),
        (Verdict.Good, { IsFiring: true } firing) => EndAsync(look, firing),
        _ => Task.CompletedTask,
    };

    private static async Task BeginAsync(AlertLook look, Finding finding)
    {
        AlertRow row = await AlertStore.BeginAsync(look.Tx, finding);
        await look.TellAsync(row, row.Message, number: 1);
    }

    private async Task GoOnAsync(AlertLook look, AlertRow row, Finding finding)
    {
        AlertFacts before = row.Facts;
        if (before != finding.Facts)
            await AlertStore.KeepAsync(look.Tx, row, finding.Facts);
        TimeSpan silent = row.LastToldAt is { } told && told <= look.Now + DatabaseClock.Tolerance ? look.Now - told : TimeSpan.MaxValue;
        bool isNews = (before.Cause, before.ErrorCode) != (finding.Facts.Cause, finding.Facts.ErrorCode) && silent > BetweenCauses;
        if (!isNews && silent < RepeatAfter(row.Severity))
            return;
        await AlertStore.TellAgainAsync(look.Tx, row);
        await look.TellAsync(row, row.Message with { Step = AlertStep.Repeat, Facts = finding.Facts }, row.ToldCount + 1);
    }

    private static async Task EndAsync(AlertLook look, AlertRow row)
    {
        await AlertStore.EndAsync(look.Tx, row);
        await look.TellAsync(row, row.Message with { Step = AlertStep.Resolved, EndedAt = look.Now }, row.ToldCount + 1);
    }

    private TimeSpan RepeatAfter(AlertSeverity severity) => options.Value.RepeatAfter * (severity == AlertSeverity.Critical ? 1 : WarningsAreSlower);

    private void Log(AlertMessage message)
    {
        string text = AlertSentence.Of(message).ToString();
        if (message.Step == AlertStep.Resolved)
            LogOver(text);
        else
            LogAlert(message.Severity == AlertSeverity.Critical ? LogLevel.Error : LogLevel.Warning, text);
    }

    [LoggerMessage("Alert: {Alert}")]
    private partial void LogAlert(LogLevel level, string alert);

    [LoggerMessage(LogLevel.Information, "Alert over: {Alert}")]
    private partial void LogOver(string alert);
}
