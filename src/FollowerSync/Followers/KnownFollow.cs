namespace FollowerSync.Followers;

/// <summary>A follow that is stored, or that WeChat has just answered.</summary>
/// <param name="Episode">What is known of it.</param>
/// <param name="At">Its place among the events: by their clock, where one of them is the same follow.</param>
/// <param name="IsAnswered">Whether it is the answered one, and not stored yet.</param>
internal sealed record KnownFollow(FollowEpisode Episode, DateTimeOffset At, bool IsAnswered)
{
    /// <summary>WeChat's <c>subscribe_time</c> and the time of its message may differ by so much.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    /// <summary>By so much when the person did not leave in between.</summary>
    private static readonly TimeSpan WideTolerance = TimeSpan.FromMinutes(1);

    /// <summary>Our clock and WeChat's may differ by so much.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(2);

    /// <summary>The known follows in their order. Takes the events that tell of the same ones out of the seconds.</summary>
    /// <param name="stored">What is stored, oldest first.</param>
    /// <param name="answer">What WeChat answered.</param>
    /// <param name="seconds">What the events tell.</param>
    public static List<KnownFollow> Match(IReadOnlyList<FollowEpisode> stored, FollowAnswer answer, List<FollowSecond> seconds)
    {
        List<KnownFollow> follows = [.. stored.Select(e => new KnownFollow(e, e.FollowedBy ?? e.LeftAfter ?? e.LeftBefore ?? DateTimeOffset.MinValue, IsAnswered: false))];
        if (NewFollowOf(stored, answer) is { } at)
            follows.Add(new KnownFollow(new FollowEpisode { FollowedAt = at }, at, IsAnswered: true));
        for (int i = follows.Count - 1; i >= 0; i--)
        {
            bool isOver = i == follows.Count - 1 && !answer.Follows;
            int same = follows[i].FindAmong(seconds, stored, isOver);
            if (same < 0)
                continue;
            follows[i] = follows[i].ToldBy(seconds[same]);
            seconds[same] = seconds[same] with { Follow = null };
            if (!seconds[same].HasLeave)
                seconds.RemoveAt(same);
        }

        return follows;
    }

    /// <summary>The answered follow, unless it is the stored one.</summary>
    private static DateTimeOffset? NewFollowOf(IReadOnlyList<FollowEpisode> stored, FollowAnswer answer) =>
        answer is { Follows: true, FollowedAt: { } at } && (stored.Count == 0 || IsNew(stored[^1], at)) ? at : null;

    // A time from before the person was gone tells of the follow before, or of none.
    private static bool IsNew(FollowEpisode newest, DateTimeOffset at) => newest.IsOpen
        ? at > (newest.FollowedAt ?? newest.FollowedBefore + ClockDifference)
        : !(at <= newest.FollowedAt) && !(at <= newest.LeftAfter - ClockDifference);

    // isOver: it is the newest that is stored, and the person is gone.
    private int FindAmong(List<FollowSecond> seconds, IReadOnlyList<FollowEpisode> stored, bool isOver)
    {
        if (Episode.FollowedAt is not { } followed)
            return FindUnknown(seconds);
        // No follow is newer than the answered one, and one that is over has a leave behind it. Of any other, a leave in between makes another.
        bool isNewest = IsAnswered || (isOver && Episode.IsOpen && !seconds.Exists(s => s.HasLeave && s.At >= followed));
        if (seconds.FindIndex(s => s.Follow is not null && s.At == followed) is >= 0 and var exact)
            return exact;
        // What tells of another follow to the second is not this one by a clock that differs.
        bool IsFree(FollowSecond s) => s.Follow is not null && !stored.Any(e => e.FollowedAt == s.At);
        FollowSecond? same = isNewest ? seconds.FindLast(s => IsFree(s) && (s.At - followed).Duration() <= Tolerance) : null;
        // Whoever left after it followed once more, and it is that follow which was answered.
        if (IsAnswered && same is not null && seconds.Exists(s => s.HasLeave && s.At > same.At))
            same = null;
        same ??= seconds
            .Where(s => IsFree(s) && !(Episode.IsExact && s.At > Episode.LeftBefore))
            .Where(s => (s.At - followed).Duration() <= WideTolerance && !seconds.Exists(l => l.HasLeave && IsBetween(l.At, followed, s.At)))
            .MinBy(s => (s.At - followed).Duration());
        return same is null ? -1 : seconds.IndexOf(same);
    }

    // Seen following once and then gone: the newest follow before. Known within bounds: the newest within them that no leave follows.
    private int FindUnknown(List<FollowSecond> seconds)
    {
        if (Episode.FollowedBefore is { } by)
            return seconds.FindLastIndex(s => s.Follow is not null && s.At <= by + WideTolerance && !(s.At <= Episode.FollowedAfter)
                && !seconds.Exists(l => l.HasLeave && l.At > s.At && l.At <= by));

        int last = seconds.FindLastIndex(s => s.Follow is not null && s.At <= (Episode.LeftAfter ?? Episode.LeftBefore));
        return last >= 0 ? last : seconds.FindLastIndex(s => s.Follow is not null && s.At <= Episode.LeftBefore);
    }

    private KnownFollow ToldBy(FollowSecond second) => this with
    {
        At = second.At,
        Episode = Episode with
        {
            FollowedAt = Episode.FollowedAt ?? second.At,
            FollowedAfter = null,
            FollowedBefore = null,
            Scene = Episode.Scene == default ? second.Follow!.Value : Episode.Scene,
        },
    };

    private static bool IsBetween(DateTimeOffset at, DateTimeOffset one, DateTimeOffset other) => one < other ? at > one && at < other : at > other && at < one;
}
