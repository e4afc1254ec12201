using System.Text;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What holds after every run, also after one that was broken off. Every method returns what breaks its promise.</summary>
internal sealed class Promises(TruthHistory truth)
{
    /// <summary>What the worker makes of the emulator's hostile nicknames.</summary>
    private static readonly HashSet<string> HostileNicknames = new(StringComparer.Ordinal)
    {
        "a\u0014b\u0007\nc\b\u001f",
        Encoding.UTF8.GetString([(byte)'a', 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f, (byte)'b']),
        "a\uFFFDb\uFFFD",
        "ab",
        "\"\\'; drop table followers;-- <script>\"/",
        string.Concat(Enumerable.Repeat("很长", 10_000)),
    };

    /// <summary>All promises at once.</summary>
    /// <param name="before">The state before the run.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="runMayBeOpen">Whether the worker or the database was killed, so that the last run could not be closed.</param>
    public IReadOnlyList<string> Broken(StoredState before, StoredState after, bool runMayBeOpen) =>
    [
        .. FalseUnfollows(after),
        .. LostPeople(before, after),
        .. Ghosts(before, after),
        .. ForeignIdentities(after),
        .. DoubleRows(after),
        .. OpenRuns(before, after, runMayBeOpen),
        .. ProgramFaults(before, after),
        .. after.Untold.Select(openId => $"not told in the change feed: {openId}"),
    ];

    /// <summary>Whoever is stored as gone did not follow at some moment of the interval that is given for it.</summary>
    private IEnumerable<string> FalseUnfollows(StoredState after) =>
        from person in after.People
        where !person.Subscribe
        where person.UnfollowedAfter is null || person.UnfollowedBefore is null || person.UnfollowedAfter > person.UnfollowedBefore
            || !truth.WasAway(person.OpenId, person.UnfollowedAfter.Value, person.UnfollowedBefore.Value)
        select $"false unfollow: {person}";

    /// <summary>Nobody who was stored disappears; after a succeeded run everybody who followed throughout is stored as following, or is recorded as rejected.</summary>
    private IEnumerable<string> LostPeople(StoredState before, StoredState after)
    {
        HashSet<string> stored = after.People.Select(p => p.OpenId).ToHashSet(StringComparer.Ordinal);
        foreach (StoredPerson person in before.People.Where(p => !stored.Contains(p.OpenId)))
            yield return $"row lost: {person}";

        if (NewSuccess(before, after) is not { } run)
            yield break;

        HashSet<string> following = after.People.Where(p => p.Subscribe).Select(p => p.OpenId).ToHashSet(StringComparer.Ordinal);
        foreach (string openId in truth.FollowingThroughout(after.ListingOf(run).StartedAt, run.FinishedAt!.Value))
        {
            if (!following.Contains(openId) && !after.Rejected.Contains(openId))
                yield return $"person lost: {openId} followed all through run {run.RunId}";
        }
    }

    /// <summary>After a succeeded run nobody is stored as following who never followed while it went on, unless recorded as rejected.</summary>
    private IEnumerable<string> Ghosts(StoredState before, StoredState after)
    {
        if (NewSuccess(before, after) is not { } run)
            yield break;

        HashSet<string> ever = truth.FollowingEver(after.ListingOf(run).StartedAt, run.FinishedAt!.Value);
        foreach (StoredPerson person in after.People.Where(p => p.Subscribe && !ever.Contains(p.OpenId) && !after.Rejected.Contains(p.OpenId)))
            yield return $"ghost: {person} did not follow while run {run.RunId} went on";
    }

    /// <summary>Every unionid and nickname is one that this very person has or had.</summary>
    private IEnumerable<string> ForeignIdentities(StoredState after)
    {
        foreach (StoredPerson person in after.People)
        {
            if (person.UnionId is { } unionId && unionId != truth.UnionIdOf(person.OpenId))
                yield return $"foreign unionid: {person}, whose unionid is {truth.UnionIdOf(person.OpenId)}";
            if (person.Nickname is { } nickname && !truth.HadNickname(person.OpenId, nickname) && !HostileNicknames.Contains(nickname))
                yield return $"foreign nickname: {person}";
        }
    }

    private static IEnumerable<string> DoubleRows(StoredState after) =>
        after.People.GroupBy(p => p.OpenId, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"double row: {g.Key}");

    /// <summary>Only the last run may lack a final status, and only when it was killed; every run before it has one.</summary>
    private static IEnumerable<string> OpenRuns(StoredState before, StoredState after, bool runMayBeOpen)
    {
        foreach (StoredRun run in after.Runs.Where(r => r.IsOpen))
        {
            bool isNew = run.RunId > (before.LastRun?.RunId ?? 0);
            bool isLast = run.RunId == after.LastRun!.RunId;
            if (!isLast || (isNew && !runMayBeOpen))
                yield return $"run without a final status: {run}";
        }
    }

    /// <summary>Nothing that goes wrong outside of the program surprises it, and no statement has a plan that does not end.</summary>
    private static IEnumerable<string> ProgramFaults(StoredState before, StoredState after) =>
        from run in after.Runs
        where run.RunId > (before.LastRun?.RunId ?? 0) && run.Error is { } error
            && (error.Contains("fault of the program", StringComparison.Ordinal) || error.Contains("StatementTimeout", StringComparison.Ordinal))
        select $"surprised program: {run}";

    private static StoredRun? NewSuccess(StoredState before, StoredState after) =>
        after.LastRun is { Succeeded: true } run && run.RunId > (before.LastRun?.RunId ?? 0) ? run : null;
}
