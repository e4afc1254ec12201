using FollowerSync.Emulator.Accounts;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What was true at the emulated account, and when: who followed, and which names and unionid everybody had.</summary>
/// <remarks>Looked at before and after every change and every run. A change in between, by a fault, happened at some moment between two looks.</remarks>
internal sealed class TruthHistory(EmulatedAccount account)
{
    private readonly List<(DateTime At, HashSet<string> Following)> _looks = [];
    private readonly Dictionary<string, HashSet<string>> _nicknames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unionIds = new(StringComparer.Ordinal);

    /// <summary>Every nickname anybody had.</summary>
    public IEnumerable<string> Nicknames => _nicknames.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal);

    public void Look()
    {
        HashSet<string> following = new(StringComparer.Ordinal);
        foreach (EmulatedFollower person in account.Followers())
        {
            following.Add(person.OpenId);
            if (!_nicknames.TryGetValue(person.OpenId, out HashSet<string>? nicknames))
                _nicknames[person.OpenId] = nicknames = new HashSet<string>(StringComparer.Ordinal);
            nicknames.Add(person.Nickname);
            if (person.UnionId is { } unionId)
                _unionIds[person.OpenId] = unionId;
        }

        _looks.Add((TimeProvider.System.GetUtcNow().UtcDateTime, following));
    }

    /// <summary>Looks, changes, looks again.</summary>
    public void Change(Action<EmulatedAccount> change)
    {
        Look();
        change(account);
        Look();
    }

    public bool HadNickname(string openId, string nickname) => _nicknames.TryGetValue(openId, out HashSet<string>? had) && had.Contains(nickname);

    public string? UnionIdOf(string openId) => _unionIds.GetValueOrDefault(openId);

    /// <summary>People who followed all the time between two moments, as far as looks can tell.</summary>
    public HashSet<string> FollowingThroughout(DateTime from, DateTime to)
    {
        HashSet<string>? throughout = null;
        foreach (HashSet<string> following in Between(from, to))
        {
            if (throughout is null)
                throughout = new HashSet<string>(following, StringComparer.Ordinal);
            else
                throughout.IntersectWith(following);
        }

        return throughout ?? [];
    }

    /// <summary>People who followed at any moment in between.</summary>
    public HashSet<string> FollowingEver(DateTime from, DateTime to)
    {
        HashSet<string> ever = new(StringComparer.Ordinal);
        foreach (HashSet<string> following in Between(from, to))
            ever.UnionWith(following);
        return ever;
    }

    /// <summary>Whether the person did not follow at some moment in between.</summary>
    public bool WasAway(string openId, DateTime from, DateTime to) => Between(from, to).Any(following => !following.Contains(openId));

    // What held before the first moment reaches into it, and what was seen after the last one may have begun before.
    private IEnumerable<HashSet<string>> Between(DateTime from, DateTime to)
    {
        int first = Math.Max(0, _looks.FindLastIndex(look => look.At <= from));
        int last = _looks.FindIndex(look => look.At >= to);
        return _looks[first..(last < 0 ? _looks.Count : last + 1)].Select(look => look.Following);
    }
}
