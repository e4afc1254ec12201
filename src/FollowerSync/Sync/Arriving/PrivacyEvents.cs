using FollowerSync.Arrivals;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Sync.Merging;

namespace FollowerSync.Sync.Arriving;

/// <summary>Does at once what WeChat's signed messages say of people's data: who deleted the WeChat account is forgotten, what was revoked or cleaned is erased.</summary>
internal sealed class PrivacyEvents(RunLease lease, PersonErasure erasure, ErasedMeanwhile erased)
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
        if (!await erasure.TryForgetAsync(lease, person.OpenId, tx => ArrivalInbox.DoneAsync(tx, lease.AppId, rows), cancellationToken))
            await lease.RunAsync(tx => ArrivalInbox.PostponeAsync(tx, lease.AppId, rows, Pause), cancellationToken);
    }

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
}
