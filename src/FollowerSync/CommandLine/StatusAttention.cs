using FollowerSync.Alerts;
using FollowerSync.Alerts.Texts;
using FollowerSync.Languages;
using FollowerSync.Nodes;
using FollowerSync.Sharing;
using FollowerSync.Status;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.CommandLine;

/// <summary>What of a status a person should look at.</summary>
/// <param name="time">Tells moments.</param>
/// <param name="maxAge">How old an account's data may be; null = any age.</param>
internal sealed class StatusAttention(ZonedTime time, TimeSpan? maxAge)
{
    /// <summary>Accounts of the settings whose data is older than it may be, or was never complete.</summary>
    public IReadOnlyList<AccountStatus> FindOld(StatusReport report) => maxAge is not { } allowed
        ? [] : [.. report.Accounts.Where(account => account.Configured && !(account.CompleteAge <= allowed))];

    /// <summary>A sentence each, most pressing first.</summary>
    /// <param name="report">How it stands.</param>
    /// <param name="firing">What the alerts found. They are looked for by a worker: while none lives, they say how it stood.</param>
    /// <param name="nobodyAnonymised">Why nobody who left is anonymised; null = they are.</param>
    public IReadOnlyList<Sentence> Of(StatusReport report, IReadOnlyList<AlertRow> firing, Sentence? nobodyAnonymised = null) =>
    [
        .. FindOld(report).Select(account => (Sentence)$"{account.Name}: {Age(account)}; --max-age allows {DurationText.InHours(maxAge!.Value)}."),
        .. Workers(report),
        .. nobodyAnonymised is { } why ? [why] : Array.Empty<Sentence>(),
        .. report.Accounts.Where(account => account.Configured).SelectMany(Account),
        .. firing.Where(alert => report.Workers.Any(worker => worker.Alive) && IsNews(alert, report.Accounts.FirstOrDefault(account => account.AppId == alert.Subject)))
            .Select(alert => AlertSentence.Of(alert.Message)),
    ];

    /// <summary>Whether the report does not tell of it already, by what it knows itself.</summary>
    private static bool IsNews(AlertRow alert, AccountStatus? account) => alert.Alert switch
    {
        AlertKind.RunFailed or AlertKind.Held => false,
        AlertKind.QuotaLow => account?.Stops.Count is 0,
        AlertKind.TokenConflict => account?.TokenConflict is null,
        _ => true,
    };

    private static Sentence Age(AccountStatus account) => account.CompleteAge is { } age
        ? (Sentence)$"the data is {DurationText.InHours(age)} old" : "no run has succeeded yet";

    private IEnumerable<Sentence> Workers(StatusReport report)
    {
        foreach (Sentence difference in NodeDifferences.Among(report.Workers))
            yield return difference;
        if (!report.Workers.Any(worker => worker.Alive) && report.Workers.FirstOrDefault(worker => worker.Died) is { } dead)
            yield return $"No worker lives. The last one, on {dead.Host}, was heard of at {time.Of(dead.LastSeen)} and ended without a word. Start it again: \"followersync run\".";
    }

    private IEnumerable<Sentence> Account(AccountStatus account)
    {
        if (account.HeldRunId is { } held)
            yield return $"{account.Name}: run {held} would change too many people. Look: \"followersync approve {held} --show\". Then approve it, or reject it with --reject.";
        foreach (ApiStop stop in account.Stops)
            yield return $"{account.Name}: {(stop.Api == ApiStop.All ? (Sentence)"all calls are" : $"{stop.Api} is")} stopped until {time.Of(stop.Until)}: {stop.Reason}";
        if (account.TokenConflict is { } conflict)
            yield return $"{account.Name}: {conflict}";
        foreach (MirrorState mirror in account.TokenMirrors.Where(mirror => mirror.FailingSince is not null))
            yield return $"{account.Name}: other programs do not get new tokens from {MirrorText.Of(mirror, time)}";
        if (account.Failing is { } last && !account.Stops.Any(stop => stop.Reason.Equals(last.Error)))
            yield return $"{account.Name}: run {last.RunId} ended as {RunWords.Of(last.Status)}: {last.Error ?? "its process died"}";
    }
}
