using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Privacy;

namespace FollowerSync.AccountMigration;

/// <summary>Keeps an answer from telling who somebody is that was anonymised at the new account.</summary>
internal sealed class AnonymousChanges(Pseudonyms pseudonyms)
{
    /// <summary>The same changes; of people who are anonymised, with pseudonyms for both openids. Nobody is anonymised until the transaction ends.</summary>
    public async Task<IReadOnlyCollection<ChangedOpenId>> HideAsync(Transaction tx, MigrationOrder order, IReadOnlyCollection<ChangedOpenId> changes)
    {
        if (!pseudonyms.HaveKey)
            return changes;

        await RunLeases.TakeTurnsAsync(tx, order.To.AppId);
        Dictionary<string, string> names = changes.Select(change => change.NewOpenId).OfType<string>().Distinct(StringComparer.Ordinal)
            .ToDictionary(openId => openId, openId => pseudonyms.OfPerson(order.To.AppId, openId), StringComparer.Ordinal);
        HashSet<string> stored = new(await PseudonymStore.FindStoredAsync(tx, order.To.AppId, names.Values), StringComparer.Ordinal);
        return stored.Count == 0 ? changes : [.. changes.Select(Hidden)];

        ChangedOpenId Hidden(ChangedOpenId change) => change.NewOpenId is { } openId && stored.Contains(names[openId])
            ? change with { OldOpenId = pseudonyms.OfPerson(order.FromAppId, change.OldOpenId), NewOpenId = names[openId] } : change;
    }
}
