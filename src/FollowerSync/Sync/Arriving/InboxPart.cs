using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Privacy;
using FollowerSync.Sync.Merging;

namespace FollowerSync.Sync.Arriving;

/// <summary>What a chunk means to the inbox: signed events are applied before the answers, and the arrivals are closed with what they led to, in one
/// transaction. A crash before it repeats them; nothing of them is ever lost.</summary>
internal sealed class InboxPart(string appId, ArrivalsInFlight inFlight, ReturnRecognition returns) : IMergePart
{
    /// <summary>So often a person who gets no answer is asked about, over some nine hours.</summary>
    private const int MostAttempts = 10;

    private IReadOnlyList<FollowChange> _ofNew = [];

    /// <summary>Where an answer leaves out by which QR code somebody came, WeChat's signed message of that follow says it.</summary>
    public MergeChunk Complete(MergeChunk chunk)
    {
        ILookup<string, FollowEvent> follows = inFlight.Of(chunk.Arrivals).SelectMany(person => person.Events).Where(e => e.Kind == FollowEventKind.Subscribe).ToLookup(e => e.OpenId, StringComparer.Ordinal);
        return follows.Count == 0 ? chunk : chunk with { Profiles = [.. chunk.Profiles.Select(profile => profile.ToldBy(follows[profile.OpenId]))] };
    }

    public async Task<int> PrepareAsync(Transaction tx, MergeChunk chunk)
    {
        FollowEvent[] events = [.. inFlight.Of(chunk.Arrivals).SelectMany(person => person.Events)];
        AppliedEvents applied = events.Length == 0 ? AppliedEvents.None : await FollowEventStore.ApplyAsync(tx, appId, events, FollowAnswersOf(chunk));
        _ofNew = applied.OfNew;
        return applied.Marked;
    }

    public async Task<int> StoreAsync(Transaction tx, MergeChunk chunk)
    {
        IReadOnlyList<ArrivedPerson> people = inFlight.Of(chunk.Arrivals);
        if (people.Count == 0)
            return 0;

        await EpisodeStore.CompleteAsync(tx, appId, _ofNew);
        Dictionary<string, bool> answers = AnswersOf(chunk);
        HashSet<string> arrivals = new(chunk.Arrivals, StringComparer.Ordinal);
        // Who follows is not gone, whichever run or round asked before.
        await CandidateStore.SettleAsync(tx, appId, chunk.Profiles.Where(p => arrivals.Contains(p.OpenId)));
        string[] visitors = [.. people.Where(p => p.IsVisitor && answers.ContainsKey(p.OpenId)).Select(p => p.OpenId)];
        await VisitorStore.AnswerAsync(tx, appId, visitors, [.. visitors.Select(openId => answers[openId])]);
        await ArrivalInbox.DoneAsync(tx, appId, RowsOf(people.Where(p => answers.ContainsKey(p.OpenId))));

        await LeaveAsync(tx, [.. people.Where(p => !answers.ContainsKey(p.OpenId))], chunk.Rejections);
        return 0;
    }

    public void Stored(MergeChunk chunk) => inFlight.Remove(chunk.Arrivals);

    /// <summary>Whom WeChat refuses is refused; who got no answer is asked about later, and refused in the end.</summary>
    private async Task LeaveAsync(Transaction tx, IReadOnlyList<ArrivedPerson> unanswered, IReadOnlyList<Rejection> rejections)
    {
        HashSet<string> refused = new(rejections.Where(r => r.ErrorCode is not null).Select(r => r.OpenId), StringComparer.Ordinal);
        ArrivedPerson[] hopeless = [.. unanswered.Where(p => !refused.Contains(p.OpenId) && p.Attempts >= MostAttempts)];
        await ArrivalInbox.RefuseAsync(tx, appId, RowsOf(unanswered.Where(p => refused.Contains(p.OpenId)).Concat(hopeless)));
        await ArrivalInbox.PostponeAsync(tx, appId, RowsOf(unanswered.Where(p => !refused.Contains(p.OpenId)).Except(hopeless)), pause: null);
        await RejectedOpenIdStore.RecordAsync(
            tx, appId, [.. hopeless.Select(p => new Rejection(p.OpenId, ErrorCode: null, "WeChat gave no usable answer about this openid, which arrived, time and again", RequestId: null))]);
    }

    private Dictionary<string, FollowAnswer> FollowAnswersOf(MergeChunk chunk)
    {
        Dictionary<string, FollowAnswer> answers = new(StringComparer.Ordinal);
        HashSet<string> arrivals = new(chunk.Arrivals, StringComparer.Ordinal);
        foreach (FollowerProfile profile in chunk.Profiles.Where(p => arrivals.Contains(p.OpenId)))
            answers[profile.OpenId] = new FollowAnswer(Follows: true, profile.SubscribeTime);
        string[] gone = [.. chunk.Gone.Select(g => g.OpenId).Where(arrivals.Contains)];
        foreach ((string openId, string? pseudonym) in gone.Zip(returns.PseudonymsOf(gone)))
            answers[openId] = new FollowAnswer(Follows: false, FollowedAt: null, pseudonym);
        return answers;
    }

    private static Dictionary<string, bool> AnswersOf(MergeChunk chunk)
    {
        Dictionary<string, bool> answers = new(StringComparer.Ordinal);
        HashSet<string> arrivals = new(chunk.Arrivals, StringComparer.Ordinal);
        foreach (string openId in chunk.Profiles.Select(p => p.OpenId).Where(arrivals.Contains))
            answers[openId] = true;
        foreach (string openId in chunk.Gone.Select(g => g.OpenId).Where(arrivals.Contains))
            answers[openId] = false;
        return answers;
    }

    private static List<(string OpenId, long ArrivalId)> RowsOf(IEnumerable<ArrivedPerson> people) => [.. people.SelectMany(p => p.Rows)];
}
