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

    /// <summary>One look at all but the books. What is told stands in the log too, for whoever has no channel or looks there first.</summary>
    /// <param name="away">For how long the database had been away until now; null = it was not.</param>
    /// <param name="cancellationToken">Ends the look; nothing of it is kept then.</param>
    public Task LookAsync(TimeSpan? away, CancellationToken cancellationToken) => JudgeAsync(
        async (look, rows) =>
        {
            if (away is { } lasted && await AlertStore.PassedAsync(look.Tx, AlertKind.DatabaseAway, lasted) is { } passed)
                await look.TellAsync(passed, passed.Message, number: 1);
            _watchedSince = _watchedSince < look.Now ? _watchedSince : look.Now;
            IEnumerable<Finding> ofAccounts = (await AccountsAsync(look.Tx, withBooks: false)).SelectMany(view => _conditions.Of(
                view with { WatchedSince = _watchedSince!.Value },
                rows.GetValueOrDefault((AlertKind.RunFailed, view.AppId)) is { IsFiring: true } failing ? failing : null));
            List<Finding> findings = [.. ofAccounts, .. await ChannelsAsync(look.Tx)];
            await AlertStore.SeenAsync(look.Tx, [.. findings.Select(finding => finding.Subject).Distinct(StringComparer.Ordinal)]);
            return findings;
        },
        cancellationToken);

    /// <summary>One look at the books, of big accounts a matter of minutes: nobody waits for it, as it is read before the alerts are locked.</summary>
    public async Task LookAtBooksAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AccountView> views = await database.LookAsync(tx => AccountsAsync(tx, withBooks: true), cancellationToken);
        await JudgeAsync(
            async (look, _) =>
            {
                await AlertOutbox.DeleteOldAsync(look.Tx);
                return views.SelectMany(AlertConditions.OfBooks);
            },
            cancellationToken);
    }

    private async Task JudgeAsync(Func<AlertLook, Dictionary<(AlertKind, string), AlertRow>, Task<IEnumerable<Finding>>> find, CancellationToken cancellationToken)
    {
        IReadOnlyList<AlertMessage> told = await database.RunOnceAsync(
            async tx =>
            {
                await AlertStore.LockAsync(tx);
                AlertLook look = new(tx, telling, await DatabaseClock.ReadAsync(tx));
                Dictionary<(AlertKind, string), AlertRow> rows = (await AlertStore.ReadAsync(tx)).ToDictionary(row => (row.Alert, row.Subject));
                foreach (Finding finding in await find(look, rows))
                    await ActAsync(look, rows.GetValueOrDefault((finding.Kind, finding.Subject)), finding);
                return look.Told;
            },
            cancellationToken);
        foreach (AlertMessage message in told)
            Log(message);
    }

    private async Task<IReadOnlyList<AccountView>> AccountsAsync(Transaction tx, bool withBooks)
    {
        Dictionary<string, string> names = weChat.Value.Accounts.ToDictionary(account => account.AppId, account => account.DisplayName, StringComparer.Ordinal);
        return [.. (await AccountViewStore.ReadAsync(tx, [.. names.Keys], withBooks)).Select(view => view with { Name = names[view.AppId] })];
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

    [LoggerMessage(EventId = 1202, Message = "Alert: {Alert}")]
    private partial void LogAlert(LogLevel level, string alert);

    [LoggerMessage(1203, LogLevel.Information, "Alert over: {Alert}")]
    private partial void LogOver(string alert);
}
