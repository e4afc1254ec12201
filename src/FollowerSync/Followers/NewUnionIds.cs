using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>The unionids of people who are not in the table yet: who of them has one that somebody else of the account has too.</summary>
internal sealed class NewUnionIds
{
    private readonly Dictionary<string, string> _owners;
    private readonly HashSet<string> _twins = new(StringComparer.Ordinal);
    private readonly List<string> _perhapsKnown = [];

    /// <param name="people">The people.</param>
    /// <param name="seen">Every unionid the account has in the table; null = only the table knows.</param>
    public NewUnionIds(IReadOnlyList<FollowerProfile> people, SeenUnionIds? seen)
    {
        _owners = new Dictionary<string, string>(people.Count, StringComparer.Ordinal);
        foreach (FollowerProfile person in people)
        {
            if (person.UnionId is not { } unionId)
                continue;
            if (!_owners.TryAdd(unionId, person.OpenId))
                _twins.UnionWith([person.OpenId, _owners[unionId]]);
            if (seen is null || seen.MayContain(person.UnionIdUtf8))
                _perhapsKnown.Add(unionId);
        }
    }

    /// <summary>Those of the unionids that somebody in the table may have.</summary>
    public IReadOnlyList<string> PerhapsKnown => _perhapsKnown;

    /// <summary>Whether one of the people has it.</summary>
    public bool Contains(string unionId) => _owners.ContainsKey(unionId);

    /// <summary>The people whose unionid somebody else has, in the table or among them.</summary>
    public async Task<IReadOnlyList<string>> FindSuspectsAsync(Transaction tx, string appId)
    {
        if (_perhapsKnown.Count == 0)
            return [.. _twins];

        ILookup<string, string> holders = await FollowerStore.FindHoldersAsync(tx, appId, _perhapsKnown);
        return [.. holders.Where(h => h.Any(holder => holder != _owners[h.Key])).Select(h => _owners[h.Key]).Union(_twins, StringComparer.Ordinal)];
    }
}
