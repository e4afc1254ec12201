using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes what trusted events tell beside WeChat's answers: when people followed and left, and what they scanned.</summary>
internal static class FollowEventStore
{
    /// <summary>Stores what the events tell. The answer decides who follows; the events say when and why. Comes before the same people's profiles are
    /// merged, in the same transaction. Repeatable: the same events again change nothing.</summary>
    /// <param name="tx">The caller's, who proves the lease last.</param>
    /// <param name="appId">The account.</param>
    /// <param name="events">Trusted events, in any order.</param>
    /// <param name="answers">What WeChat answered, by openid. Of whoever is not in it, only scans are stored.</param>
    /// <returns>What is done, and what is to be done once the profiles are merged.</returns>
    public static async Task<AppliedEvents> ApplyAsync(
        Transaction tx, string appId, IReadOnlyList<FollowEvent> events, IReadOnlyDictionary<string, FollowAnswer> answers)
    {
        if (events.Count == 0)
            return AppliedEvents.None;

        Dictionary<string, string> names = await NamesAsync(tx, appId, events, answers);
        await ScanStore.InsertAsync(tx, appId, events.Select(e => e with { OpenId = names[e.OpenId] }));
        List<FollowChange> changes = await ArrangeAsync(tx, appId, [.. events.Where(e => answers.ContainsKey(e.OpenId)).GroupBy(e => e.OpenId, StringComparer.Ordinal)], names, answers);
        // The merge inserts who follows and is a stranger: a row without a profile would be a version that never was.
        FollowChange[] ofNew = [.. changes.Where(c => c.IsOfNew)];
        changes.RemoveAll(c => c.IsOfNew);
        if (changes.Count > 0)
            await EpisodeStore.WriteAsync(tx, appId, changes);
        await CandidateStore.RemoveAsync(tx, appId, [.. changes.Where(c => c.IsMarking || c.IsReturn).Select(c => c.Row.OpenId)]);
        return new AppliedEvents(changes.Count(c => c.IsMarking), ofNew);
    }

    /// <summary>Under which openid each person of the events stands or will stand: somebody anonymised, who is gone again, stays so.</summary>
    private static async Task<Dictionary<string, string>> NamesAsync(
        Transaction tx, string appId, IReadOnlyList<FollowEvent> events, IReadOnlyDictionary<string, FollowAnswer> answers)
    {
        Dictionary<string, string> names = events.Select(e => e.OpenId).Distinct(StringComparer.Ordinal).ToDictionary(n => n, StringComparer.Ordinal);
        Dictionary<string, string> pseudonyms = new(StringComparer.Ordinal);
        foreach (string openId in names.Keys)
            if (answers.TryGetValue(openId, out FollowAnswer answer) && answer is { Follows: false, Pseudonym: { } pseudonym })
                pseudonyms[pseudonym] = openId;
        if (pseudonyms.Count == 0)
            return names;

        Dictionary<string, StoredFollow> anonymised = await EpisodeStore.ReadRowsAsync(tx, appId, pseudonyms.Keys);
        foreach (string pseudonym in anonymised.Keys)
            names[pseudonyms[pseudonym]] = pseudonym;
        return names;
    }

    private static async Task<List<FollowChange>> ArrangeAsync(
        Transaction tx, string appId, IGrouping<string, FollowEvent>[] people, Dictionary<string, string> names, IReadOnlyDictionary<string, FollowAnswer> answers)
    {
        DateTimeOffset now = await DatabaseClock.ReadAsync(tx);
        string[] openIds = [.. people.Select(p => names[p.Key])];
        Dictionary<string, StoredFollow> rows = await EpisodeStore.ReadRowsAsync(tx, appId, openIds);
        ILookup<string, FollowEpisode> past = await EpisodeStore.ReadPastAsync(tx, appId, rows.Keys);
        Dictionary<string, DateTimeOffset?> listed = await CandidateStore.ReadLastSeenAsync(
            tx, appId, [.. people.Select(p => (names[p.Key], FollowedAgainAt(rows.GetValueOrDefault(names[p.Key]), answers[p.Key])))]);
        List<FollowChange> changes = [];
        foreach (IGrouping<string, FollowEvent> person in people)
        {
            string openId = names[person.Key];
            StoredFollow? row = rows.GetValueOrDefault(openId);
            FollowEpisode[] known = row is null ? [] : [.. past[openId], row.Episode];
            IReadOnlyList<FollowEpisode> arranged = EpisodeArrangement.Arrange(known, person, answers[person.Key], listed[openId], now);
            if (FollowChange.Of(openId, row, known, arranged, now) is { } change)
                changes.Add(change);
        }

        return changes;
    }

    /// <summary>When a person who follows by the tables has followed again, as far as the answer says.</summary>
    private static DateTimeOffset? FollowedAgainAt(StoredFollow? row, FollowAnswer answer) =>
        row is { Subscribe: true } && answer.FollowedAt > row.Episode.FollowedBy ? answer.FollowedAt : null;
}
