using FollowerSync.Followers;
using static FollowerSync.Tests.Followers.Told;

namespace FollowerSync.Tests.Followers;

/// <summary>What a person did, what a list and its answers in the middle of it told, and the messages about it. There was a list at second 0, too; who
/// followed then had done so since second −500.</summary>
internal sealed record Life(
    IReadOnlyList<FollowEpisode> Truth, IReadOnlyList<FollowEpisode> Stored, IReadOnlyList<FollowEvent> Messages, double Look, double End, int Dice)
{
    private const int Before = -500;

    public FollowAnswer Answer => Truth.Count > 0 && Truth[^1].IsOpen ? new FollowAnswer(Follows: true, Truth[^1].FollowedAt) : Gone();

    public static Life Of(bool follows, int[] gaps, int[] flips, int look, int dice)
    {
        List<(int Second, bool Follows)> changes = [];
        double looked = 0.5;
        int second = 0;
        bool now = follows;
        for (int i = 0; i < gaps.Length; i++)
        {
            second += gaps[i];
            // Seconds with more than one thing in them stand alone, and only after the list: what led up to it nobody could tell from the other orders.
            int many = i > look && i % 2 == 0 && i < flips.Length && (flips[i] == 2 || (flips[i] == 3 && !now)) ? flips[i] : 1;
            for (int flip = 0; flip < many; flip++)
                changes.Add((second, now = !now));
            if (i < look)
                looked = second + 0.5;
        }

        FollowEvent[] messages = [.. changes.Distinct().Select(c => c.Follows ? Follow(c.Second) : Leave(c.Second))];
        new Random(dice).Shuffle(messages);
        return new Life(TruthOf(follows, changes), StoredOf(follows, [.. changes.Where(c => c.Second < looked)], looked), messages, looked, second + 1_000, dice);
    }

    public IReadOnlyList<FollowEpisode> Arrange(IEnumerable<FollowEvent> messages) => EpisodeArrangement.Arrange(Stored, messages, Answer, At(Look), At(End));

    /// <summary>With what the merge of the answer adds.</summary>
    public IReadOnlyList<FollowEpisode> Merged(IReadOnlyList<FollowEpisode> arranged)
    {
        if (!Answer.Follows || (arranged.Count > 0 && arranged[^1].IsOpen && arranged[^1].FollowedAt >= Answer.FollowedAt))
            return arranged;
        FollowEpisode[] closed = [.. arranged.Select(e => e.IsOpen ? e with { LeftAfter = e.FollowedAt > At(Look) ? e.FollowedAt : At(Look), LeftBefore = Answer.FollowedAt, Source = "answer" } : e)];
        return [.. closed, new FollowEpisode { FollowedAt = Answer.FollowedAt }];
    }

    /// <summary>With what the next list and its answers add.</summary>
    public IReadOnlyList<FollowEpisode> AfterTheNextList(IReadOnlyList<FollowEpisode> arranged)
    {
        IReadOnlyList<FollowEpisode> merged = Merged(arranged);
        return Answer.Follows || merged.Count == 0 || !merged[^1].IsOpen ? merged
            : [.. merged.SkipLast(1), merged[^1] with { LeftAfter = merged[^1].FollowedAt > At(Look) ? merged[^1].FollowedAt : At(Look), LeftBefore = At(End), Source = "listing" }];
    }

    public override string ToString() => $"life {Truth.Text()}; stored {Stored.Text()}; looked at {Look}; messages {string.Join(' ', Messages.Select(m => $"{m.Kind} {(m.HappenedAt - At(0)).TotalSeconds}"))}";

    private static List<FollowEpisode> TruthOf(bool follows, List<(int Second, bool Follows)> changes)
    {
        List<FollowEpisode> truth = follows ? [Since(Before)] : [];
        foreach ((int second, bool isFollow) in changes)
            if (isFollow)
                truth.Add(Since(second));
            else
                truth[^1] = truth[^1].Left(second);
        return truth;
    }

    /// <summary>What lists and answers alone can tell: the newest follow, and bounds.</summary>
    private static FollowEpisode[] StoredOf(bool follows, (int Second, bool Follows)[] changes, double looked)
    {
        if (changes.Length == 0)
            return follows ? [Row(Before)] : [];
        if (!changes[^1].Follows)
            return follows ? [Row(Before).Left(0, looked)] : [];
        int since = changes[^1].Second;
        return follows ? [Since(Before).Left(0, since).Past(looked), Row(since)] : [Row(since)];
    }
}
