using FollowerSync.Followers;
using static FollowerSync.Tests.Followers.Told;

namespace FollowerSync.Tests.Followers;

/// <summary>A life whose messages come late and out of order, and that is looked at again and again: each look goes by what the looks before it stored and by
/// all messages that have come, those of before included.</summary>
internal static class ToldPieceByPiece
{
    /// <summary>A life of some seconds in which something happened, up to so much in each of them.</summary>
    public static (int Second, bool Follows)[] Changes(int seed, int mostInASecond)
    {
        Random random = new(seed);
        List<(int Second, bool Follows)> changes = [];
        bool now = random.Next(2) == 0;
        int second = 2;
        for (int i = random.Next(1, 7); i > 0; i--)
        {
            second += random.Next(1, 12);
            for (int many = random.Next(1, mostInASecond + 1); many > 0; many--)
                changes.Add((second, now = !now));
        }

        return [.. changes];
    }

    /// <summary>What is stored after every look, and the same look repeated.</summary>
    /// <param name="changes">Seconds, and whether the person follows from then on.</param>
    /// <param name="dice">Decides when each message comes, and when somebody looks.</param>
    public static IEnumerable<(IReadOnlyList<FollowEpisode> Stored, IReadOnlyList<FollowEpisode> Again, string Why)> Looks((int Second, bool Follows)[] changes, int dice)
    {
        Random random = new(dice);
        bool first = changes.Length > 0 && !changes[0].Follows;
        IReadOnlyList<FollowEpisode> stored = first ? [Row(-500)] : [];
        (double At, FollowEvent Message)[] messages = [.. changes.Select(c => (c.Second + (random.Next(3) == 0 ? random.NextDouble() * 40 : 0.5), c.Follows ? Follow(c.Second) : Leave(c.Second)))];
        int last = changes.Length == 0 ? 0 : changes[^1].Second;
        for (double look = 1.7; look < last + 60; look += random.Next(1, 30))
        {
            (int Second, bool Follows)[] past = [.. changes.Where(c => c.Second < look)];
            FollowAnswer answer = past.Length == 0 ? (first ? Follows(-500) : Gone()) : past[^1].Follows ? Follows(past[^1].Second) : Gone();
            FollowEvent[] told = [.. messages.Where(m => m.At < look).OrderBy(m => m.At).Select(m => m.Message)];
            if (told.Length == 0)
                continue;
            string why = $"{stored.Text()} at {look:0.#} told {string.Join(' ', told.Select(t => (t.Kind == FollowEventKind.Subscribe ? "+" : "-") + (t.HappenedAt - At(0)).TotalSeconds))} answered {(answer.Follows ? (answer.FollowedAt!.Value - At(0)).TotalSeconds : -1)}";
            stored = Kept(Merged(EpisodeArrangement.Arrange(stored, told, answer, At(0), At(look)), answer, look));
            yield return (stored, Kept(Merged(EpisodeArrangement.Arrange(stored, told, answer, At(0), At(look)), answer, look)), why);
        }
    }

    private static IReadOnlyList<FollowEpisode> Merged(IReadOnlyList<FollowEpisode> arranged, FollowAnswer answer, double look)
    {
        if (!answer.Follows || (arranged.Count > 0 && arranged[^1].IsOpen && arranged[^1].FollowedAt >= answer.FollowedAt))
            return arranged;
        return [.. arranged.Select(e => e.IsOpen ? e with { LeftAfter = e.FollowedAt > At(0) ? e.FollowedAt : At(0), LeftBefore = answer.FollowedAt, Source = "answer" } : e), new FollowEpisode { FollowedAt = answer.FollowedAt }];
    }

    private static IReadOnlyList<FollowEpisode> Kept(IReadOnlyList<FollowEpisode> episodes) =>
        [.. episodes.Select((e, i) => e with { IsRow = i == episodes.Count - 1, EndedAt = i == episodes.Count - 1 ? null : At(100_000 + i) })];
}
