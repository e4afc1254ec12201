using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;

namespace FollowerSync.Privacy;

/// <summary>Finds among people who seem to be new those who were anonymised after an earlier unfollow, and gives them their rows back under their
/// openid before anything else is stored: what follows is a return like any other.</summary>
/// <remarks>One per run; called by the run's one writer. Should the run break off behind it, the person is stored as gone, which the next run mends
/// as it does for everybody who came back.</remarks>
internal sealed class ReturnRecognition(FollowerDatabase database, RunLease lease, Pseudonyms pseudonyms)
{
    private bool? _isPossible;
    private bool? _areLinksPossible;

    /// <summary>Whether anybody can be recognised: there is a key, and somebody of the account is anonymised. Nobody becomes so during a run.</summary>
    public async Task<bool> IsPossibleAsync(CancellationToken cancellationToken) => _isPossible ??= pseudonyms.HaveKey && await database.RunAsync(
        tx => PseudonymStore.HasAnyAsync(tx, lease.AppId), cancellationToken);

    /// <summary>The pseudonyms these people would have; nulls when nobody can be recognised, as <see cref="IsPossibleAsync"/> has found out.</summary>
    public string?[] PseudonymsOf(IEnumerable<string> openIds) =>
        [.. openIds.Select(openId => _isPossible == true ? pseudonyms.OfPerson(lease.AppId, openId) : null)];

    /// <summary>Keeps who of the people is anonymised in another account. Comes after they are stored, in the same transaction.</summary>
    public async Task LinkAsync(Transaction tx, IEnumerable<FollowerProfile> people)
    {
        if (_areLinksPossible ??= pseudonyms.HaveKey && await UnionIdLinks.ArePossibleAsync(tx))
            await UnionIdLinks.KeepAsync(tx, pseudonyms, people.Select(p => p.UnionId).OfType<string>());
    }

    /// <summary>Gives those who are recognised their rows back.</summary>
    /// <param name="newPeople">People who follow and are not stored under their openid.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many were recognised.</returns>
    public Task<int> RestoreAsync(IEnumerable<FollowerProfile> newPeople, CancellationToken cancellationToken)
    {
        Dictionary<string, FollowerProfile> people = newPeople.ToDictionary(p => pseudonyms.OfPerson(lease.AppId, p.OpenId), StringComparer.Ordinal);
        return lease.RunAsync(
            async tx =>
            {
                string[] returned = await PseudonymStore.FindStoredAsync(tx, lease.AppId, people.Keys);
                if (returned.Length == 0)
                    return 0;

                await RestoreAsync(tx, returned, people);
                return returned.Length;
            },
            cancellationToken);
    }

    // A unionid comes back only when the one WeChat answers now has the stored hash. Any other keeps the hash, so that it counts as changed and has
    // to be proven.
    private async Task RestoreAsync(
        Transaction tx, string[] returned, Dictionary<string, FollowerProfile> people)
    {
        Dictionary<string, string> answered = new(StringComparer.Ordinal);
        foreach (string unionId in returned.Select(pseudonym => people[pseudonym].UnionId).OfType<string>())
            answered[pseudonyms.OfUnionId(unionId)] = unionId;

        string[] stored = await PseudonymStore.ReadUnionIdsAsync(tx, lease.AppId, returned);
        Dictionary<string, string> openIds = returned.ToDictionary(pseudonym => pseudonym, pseudonym => people[pseudonym].OpenId, StringComparer.Ordinal);
        await ChangePseudonyms.MoveAsync(tx, lease.AppId, openIds, pseudonyms: null);
        await PseudonymStore.MoveAsync(
            tx,
            lease.AppId,
            openIds,
            stored.ToDictionary(hash => hash, hash => answered.GetValueOrDefault(hash, hash), StringComparer.Ordinal),
            anonymised: false);
        await UnionIdLinks.DropAsync(tx, stored);
    }
}
