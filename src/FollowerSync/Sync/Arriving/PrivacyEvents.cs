using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Sync.Merging;

namespace FollowerSync.Sync.Arriving;

/// <summary>Does at once what WeChat's signed messages say of people's data: who deleted the WeChat account is forgotten, what was revoked or cleaned is erased.</summary>
internal sealed partial class PrivacyEvents(RunLease lease, PersonErasure erasure, ErasedMeanwhile erased, ILogger<PrivacyEvents> logger)
{
    /// <summary>For how long somebody waits who was migrated, while the other account has a run.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Each person in a transaction of its own, with the arrivals that are closed by it.</summary>
    public async Task ApplyAsync(IReadOnlyList<ArrivedPerson> people, CancellationToken cancellationToken)
    {
        foreach (ArrivedPerson person in people)
            await (person.IsCancelled ? ForgetAsync(person, cancellationToken) : EraseAsync(person, cancellationToken));
    }

    private Task ForgetAsync(ArrivedPerson person, CancellationToken cancellationToken) => erased.EraseAsync(
        person.OpenId, fields: null, () => ForgetNowAsync(person, cancellationToken), cancellationToken);

    private async Task ForgetNowAsync(ArrivedPerson person, CancellationToken cancellationToken)
    {
        (string, long)[] rows = [.. person.Rows];
        try
        {
            if (!await erasure.TryForgetAsync(lease, person.OpenId, tx => ArrivalInbox.DoneAsync(tx, lease.AppId, rows), cancellationToken))
                await PostponeAsync(rows, Pause, cancellationToken);
        }
        catch (Exception exception) when (DatabaseFailure.IsTooSlow(exception))
        {
            // It would be as slow for every run that reads the inbox, and none of them would come to its own work.
            LogTooSlow(lease.AppId, exception.Message);
            await PostponeAsync(rows, pause: null, cancellationToken);
        }
    }

    private Task PostponeAsync((string, long)[] rows, TimeSpan? pause, CancellationToken cancellationToken) =>
        lease.RunAsync(tx => ArrivalInbox.PostponeAsync(tx, lease.AppId, rows, pause), cancellationToken);

    private async Task EraseAsync(ArrivedPerson person, CancellationToken cancellationToken)
    {
        PersonalFields fields = person.Erasures.Aggregate(PersonalFields.None, (sum, one) => sum | one);
        await erased.EraseAsync(person.OpenId, fields, () => EraseNowAsync(person, fields, cancellationToken), cancellationToken);
    }

    private Task EraseNowAsync(ArrivedPerson person, PersonalFields fields, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            await PersonalFieldErasure.EraseAsync(tx, lease.AppId, person.OpenId, fields);
            if (!person.IsToAsk)
                await ArrivalInbox.DoneAsync(tx, lease.AppId, [.. person.Rows]);
        },
        cancellationToken);

    [LoggerMessage(3601, LogLevel.Warning, "Of account {Account}, a person who deleted the WeChat account could not be forgotten yet; it is tried again, at the latest in some hours. {Reason}")]
    private partial void LogTooSlow(string account, string reason);
}
