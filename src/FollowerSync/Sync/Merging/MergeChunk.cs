using FollowerSync.Followers;
using FollowerSync.Sync.Asking;

namespace FollowerSync.Sync.Merging;

/// <summary>Several batches as one: each openid once, also when a page that moved listed a person twice.</summary>
internal sealed record MergeChunk(
    IReadOnlyList<FollowerProfile> Profiles, IReadOnlyList<GoneAnswer> Gone, IReadOnlyList<Rejection> Rejections, string[] Staying, IReadOnlyList<AskedRange> Ranges, int Unchanged, bool AreAllNew)
{
    /// <summary>Those whose arrival was the reason to ask.</summary>
    public IReadOnlyList<string> Arrivals { get; init; } = [];

    /// <summary>When asking for the first of the profiles began, by a clock that nobody sets.</summary>
    public long AskedAt { get; init; }

    public IEnumerable<string> Answered => Profiles.Select(p => p.OpenId).Concat(Gone.Select(g => g.OpenId));

    /// <summary>Those who follow and were not stored when they were asked for.</summary>
    public IEnumerable<FollowerProfile> NewPeople(IReadOnlyList<AskedBatch> batches)
    {
        HashSet<string> newOpenIds = new(batches.SelectMany(b => b.Asks).Where(a => a.Reason is AskReason.New or AskReason.Stranger).Select(a => a.OpenId), StringComparer.Ordinal);
        return Profiles.Where(p => newOpenIds.Contains(p.OpenId));
    }

    public static MergeChunk Of(IReadOnlyList<AskedBatch> batches)
    {
        // The latest answer about a person counts, whatever it says.
        Dictionary<string, FollowerProfile> profiles = new(StringComparer.Ordinal);
        Dictionary<string, GoneAnswer> gone = new(StringComparer.Ordinal);
        Dictionary<string, Rejection> rejections = new(StringComparer.Ordinal);
        foreach (AskedBatch batch in batches)
        {
            foreach (FollowerProfile profile in batch.Profiles)
            {
                gone.Remove(profile.OpenId);
                profiles[profile.OpenId] = profile;
            }

            foreach (GoneAnswer answer in batch.Gone)
            {
                profiles.Remove(answer.OpenId);
                // The round's own reason to ask says what the answer is worth to it.
                if (answer.Reason is AskReason.Arrived or AskReason.Stranger)
                    gone.TryAdd(answer.OpenId, answer);
                else
                    gone[answer.OpenId] = answer;
            }

            foreach (Rejection rejection in batch.Rejections)
                rejections[rejection.OpenId] = rejection;
        }

        IEnumerable<Ask> asks = batches.SelectMany(b => b.Asks);
        string[] staying = [.. asks.Where(a => a.Reason is AskReason.Missing or AskReason.Doubted && profiles.ContainsKey(a.OpenId)).Select(a => a.OpenId)];
        return new MergeChunk([.. profiles.Values], [.. gone.Values], [.. rejections.Values], staying, RangesOf(asks), batches.Sum(b => b.Unchanged), asks.All(a => a.Reason == AskReason.New))
        {
            Arrivals = [.. asks.Where(a => a.IsArrival).Select(a => a.OpenId)],
            AskedAt = batches.Where(b => b.Profiles.Count > 0).Select(b => b.AskedAt).DefaultIfEmpty().Min(),
        };
    }

    /// <summary>One range; two where a rotation has come to the end and begun again at the first openid.</summary>
    private static List<AskedRange> RangesOf(IEnumerable<Ask> asks)
    {
        List<AskedRange> ranges = [];
        foreach (Ask ask in asks.Where(a => a.Reason == AskReason.Known))
        {
            if (ranges.Count == 0)
                ranges.Add(new AskedRange(After: null, ask.OpenId));
            else if (string.CompareOrdinal(ask.OpenId, ranges[^1].Through) > 0)
                ranges[^1] = ranges[^1] with { Through = ask.OpenId };
            else
                ranges.Add(new AskedRange(After: "", ask.OpenId));
        }

        return ranges;
    }
}

/// <summary>Known followers between two openids, all of whom were asked for.</summary>
/// <param name="After">Openid the range begins behind; null = where the last chunk ended.</param>
/// <param name="Through">Last openid of the range.</param>
internal sealed record AskedRange(string? After, string Through);
