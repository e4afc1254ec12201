using FollowerSync.Database;
using FollowerSync.Leases;

namespace FollowerSync.Privacy;

/// <summary>Takes what is personal from people's rows and puts pseudonyms in the place of openid and unionid, so that all counts stay as they were.</summary>
internal sealed class PersonAnonymisation(Pseudonyms pseudonyms)
{
    /// <summary>People whose pseudonym stands for an earlier record of theirs: they came back while there was no key to recognise them by.</summary>
    public async Task<string[]> FindTwiceStoredAsync(
        Transaction tx, string appId, string[] openIds)
    {
        Dictionary<string, string> people = openIds.ToDictionary(openId => pseudonyms.OfPerson(appId, openId), StringComparer.Ordinal);
        return [.. (await PseudonymStore.FindStoredAsync(tx, appId, people.Keys)).Select(pseudonym => people[pseudonym])];
    }

    /// <summary>Anonymises people, and logs it.</summary>
    /// <param name="tx">The caller's, who proves the lease last.</param>
    /// <param name="appId">Account the people followed.</param>
    /// <param name="openIds">The people; nobody of <see cref="FindTwiceStoredAsync"/>.</param>
    public async Task AnonymiseAsync(
        Transaction tx, string appId, string[] openIds)
    {
        // With a migration to the account, which keeps what the people were before: whichever comes second sees the other's rows.
        await RunLeases.TakeTurnsAsync(tx, appId);
        string[] unionIds = await PseudonymStore.ReadUnionIdsAsync(tx, appId, openIds);
        long rows = await PersonTraces.RemoveAsync(tx, appId, openIds, unionIds);
        string[] texts = await CodeTexts.FindAsync(tx, appId, openIds, [.. openIds, .. unionIds], isCounted: false);
        rows += await CodeTexts.RemoveAsync(tx, appId, openIds, texts);
        Dictionary<string, string> people = openIds.ToDictionary(openId => openId, openId => pseudonyms.OfPerson(appId, openId), StringComparer.Ordinal);
        rows += await ChangePseudonyms.MoveAsync(tx, appId, people, pseudonyms);
        rows += await PseudonymStore.MoveAsync(
            tx,
            appId,
            people,
            unionIds.ToDictionary(unionId => unionId, pseudonyms.OfUnionId, StringComparer.Ordinal),
            anonymised: true);
        await UnionIdLinks.KeepAsync(tx, pseudonyms, unionIds);
        await UnionIdLinks.DropAsync(tx, unionIds);
        await DeletionLog.WriteAsync(tx, appId, DeletionReason.Unfollowed, DeletionAction.Anonymised, openIds.Length, rows);
    }
}
