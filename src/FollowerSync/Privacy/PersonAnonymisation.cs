using Npgsql;

namespace FollowerSync.Privacy;

/// <summary>Takes what is personal from people's rows and puts pseudonyms in the place of openid and unionid, so that all counts stay as they were.</summary>
internal sealed class PersonAnonymisation(Pseudonyms pseudonyms)
{
    /// <summary>People whose pseudonym stands for an earlier record of theirs: they came back while there was no key to recognise them by.</summary>
    public async Task<string[]> FindTwiceStoredAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, string[] openIds, CancellationToken cancellationToken)
    {
        Dictionary<string, string> people = openIds.ToDictionary(openId => pseudonyms.OfPerson(appId, openId), StringComparer.Ordinal);
        return [.. (await PseudonymStore.FindStoredAsync(connection, transaction, appId, people.Keys, cancellationToken)).Select(pseudonym => people[pseudonym])];
    }

    /// <summary>Anonymises people, and logs it.</summary>
    /// <param name="connection">Connection of <paramref name="transaction"/>.</param>
    /// <param name="transaction">The caller's, who proves the lease last.</param>
    /// <param name="appId">Account the people followed.</param>
    /// <param name="openIds">The people; nobody of <see cref="FindTwiceStoredAsync"/>.</param>
    /// <param name="cancellationToken">Ends the work; the transaction is then unusable.</param>
    public async Task AnonymiseAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, string[] openIds, CancellationToken cancellationToken)
    {
        string[] unionIds = await PseudonymStore.ReadUnionIdsAsync(connection, transaction, appId, openIds, cancellationToken);
        long rows = await PersonTraces.RemoveAsync(connection, transaction, appId, openIds, unionIds, cancellationToken);
        rows += await PseudonymStore.MoveAsync(
            connection,
            transaction,
            appId,
            openIds.ToDictionary(openId => openId, openId => pseudonyms.OfPerson(appId, openId), StringComparer.Ordinal),
            unionIds.ToDictionary(unionId => unionId, pseudonyms.OfUnionId, StringComparer.Ordinal),
            anonymised: true,
            cancellationToken);
        await DeletionLog.WriteAsync(
            connection, transaction, appId, DeletionReason.Unfollowed, DeletionAction.Anonymised, openIds.Length, rows, cancellationToken);
    }
}
