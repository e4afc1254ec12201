using System.Collections.Concurrent;

namespace FollowerSync.Sync.Arriving;

/// <summary>The people who were read from the inbox and whose answers are not stored yet: no more than the pipeline holds.</summary>
internal sealed class ArrivalsInFlight
{
    private readonly ConcurrentDictionary<string, ArrivedPerson> _people = new(StringComparer.Ordinal);

    public bool IsEmpty => _people.IsEmpty;

    public bool Contains(string openId) => _people.ContainsKey(openId);

    public void Add(ArrivedPerson person) => _people[person.OpenId] = person;

    public void Remove(IEnumerable<string> openIds)
    {
        foreach (string openId in openIds)
            _people.TryRemove(openId, out _);
    }

    /// <summary>Those of the people who are in flight.</summary>
    public IReadOnlyList<ArrivedPerson> Of(IEnumerable<string> openIds)
    {
        List<ArrivedPerson> found = [];
        foreach (string openId in openIds)
            if (_people.TryGetValue(openId, out ArrivedPerson? person))
                found.Add(person);
        return found;
    }

    public IReadOnlyList<ArrivedPerson> All => [.. _people.Values];
}
