using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using Microsoft.Extensions.Options;

namespace FollowerSync.Alerts;

/// <summary>Looks at everything that can be wrong, and tells what changed. Any number of workers may do so: whoever comes second finds it told.</summary>
internal sealed class AlertJudge(
    FollowerDatabase database, AlertTelling telling, AlertChannels channels, AlertSchedule schedule, IOptions<AlertsOptions> options, IOptions<WeChatOptions> weChat)
{
    private const int FailuresOfABroken = 3;

    /// <summary>Warnings are told again so many times as seldom as what is critical.</summary>
    private const int WarningsAreSlower = 6;

    /// <summary>Another cause is news, but not every few seconds.</summary>
    private static readonly TimeSpan BetweenCauses = TimeSpan.FromMinutes(10);

    private readonly AlertConditions _conditions = new(schedule, options.Value.Grace);
    private DateTimeOffset? _watchedSince;

    /// <summary>One look.</summary>
    /// <param name="away">For how long the database had been away until now; null = it was not.</param>
    /// <param name="withBooks">Whether to look at what takes longer, too.</param>
    /// <param name="cancellationToken">Ends the look; nothing of it is kept then.</param>
    public Task LookAsync(TimeSpan? away, bool withBooks, CancellationToken cancellationToken) => database.RunOnceAsync(
        async tx =>
        {
            await AlertStore.LockAsync(tx);
            DateTimeOffset now = await DatabaseClock.ReadAsync(tx);
            _watchedSince = _watchedSince < now ? _watchedSince : now;
            double chance = Random.Shared.NextDouble();
            if (away is { } lasted && await AlertStore.PassedAsync(tx, AlertKind.DatabaseAway, lasted) is { } passed)
                await telling.TellAsync(tx, passed, passed.Message, number: 1, chance, now);

            Dictionary<(AlertKind, string), AlertRow> rows = (await AlertStore.ReadAsync(tx)).ToDictionary(row => (row.Alert, row.Subject));
            List<Finding> findings = [.. await AccountsAsync(tx, rows, withBooks), .. await ChannelsAsync(tx)];
            foreach (Finding finding in findings)
                await ActAsync(tx, rows.GetValueOrDefault((finding.Kind, finding.Subject)), finding, chance, now);
            await AlertStore.SeenAsync(tx, [.. findings.Select(finding => finding.Subject).Distinct(StringComparer.Ordinal)]);
            if (withBooks)
                await AlertOutbox.DeleteOldAsync(tx);
            return true;
        },
        cancellationToken);

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

    private Task ActAsync(Transaction tx, AlertRow? row, Finding finding, double chance, DateTimeOffset now) => (finding.Verdict, row) switch
    {
        (Verdict.Bad, null or { IsFiring: false }) => BeginAsync(tx, finding, chance, now),
        (Verdict.Bad, { } firing) => GoOnAsync(tx, firing, finding, chance, now),
        (Verdict.Good, { IsFiring: true } firing) => EndAsync(tx, firing, chance, now),
        _ => Task.CompletedTask,
    };

    private async Task BeginAsync(Transaction tx, Finding finding, double chance, DateTimeOffset now)
    {
        AlertRow row = await AlertStore.BeginAsync(tx, finding);
        await telling.TellAsync(tx, row, row.Message, number: 1, chance, now);
    }

    private async Task GoOnAsync(Transaction tx, AlertRow row, Finding finding, double chance, DateTimeOffset now)
    {
        AlertFacts before = row.Facts;
        if (before != finding.Facts)
            await AlertStore.KeepAsync(tx, row, finding.Facts);
        TimeSpan silent = row.LastToldAt is { } told && told <= now + DatabaseClock.Tolerance ? now - told : TimeSpan.MaxValue;
        bool isNews = (before.Cause, before.ErrorCode) != (finding.Facts.Cause, finding.Facts.ErrorCode) && silent > BetweenCauses;
        if (!isNews && silent < RepeatAfter(row.Severity))
            return;
        await AlertStore.TellAgainAsync(tx, row);
        await telling.TellAsync(tx, row, row.Message with { Step = AlertStep.Repeat, Facts = finding.Facts }, row.ToldCount + 1, chance, now);
    }

    private async Task EndAsync(Transaction tx, AlertRow row, double chance, DateTimeOffset now)
    {
        await AlertStore.EndAsync(tx, row);
        await telling.TellAsync(tx, row, row.Message with { Step = AlertStep.Resolved, EndedAt = now }, row.ToldCount + 1, chance, now);
    }

    private TimeSpan RepeatAfter(AlertSeverity severity) => options.Value.RepeatAfter * (severity == AlertSeverity.Critical ? 1 : WarningsAreSlower);
}
