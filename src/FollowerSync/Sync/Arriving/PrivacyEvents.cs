using FollowerSync.Arrivals;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Sync.Merging;

namespace FollowerSync.Sync.Arriving;

/// <summary>Does at once what WeChat's signed messages say of people's data: who deleted the WeChat account is forgotten, what was revoked or cleaned is erased.</summary>
internal sealed class PrivacyEvents(RunLease lease, Pseudonyms pseudonyms, ErasedMeanwhile erased)
{
    /// <summary>Each person in a transaction of its own, with the arrivals that are closed by it.</summary>
    public async Task ApplyAsync(IReadOnlyList<ArrivedPerson> people, CancellationToken cancellationToken)
    {
        foreach (ArrivedPerson person in people)
            await (person.IsCancelled ? ForgetAsync(person, cancellationToken) : EraseAsync(person, cancellationToken));
    }

    private Task ForgetAsync(ArrivedPerson person, CancellationToken cancellationToken) => erased.EraseAsync(
        person.OpenId, fields: null, () => ForgetNowAsync(person, cancellationToken), cancellationToken);

    private Task ForgetNowAsync(ArrivedPerson person, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            string[] anonymous = pseudonyms.HaveKey ? await PseudonymStore.FindStoredAsync(tx, lease.AppId, [pseudonyms.OfPerson(lease.AppId, person.OpenId)]) : [];
            string[] names = [person.OpenId, .. anonymous];
            await ArrivalInbox.DoneAsync(tx, lease.AppId, [.. person.Rows]);
            await PersonErasure.EraseAsync(tx, lease.AppId, names, DeletionReason.Event, await PersonTraces.UnlistAsync(tx, lease.AppId, names));
        },
        cancellationToken);

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
