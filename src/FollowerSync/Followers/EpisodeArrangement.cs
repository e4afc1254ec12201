namespace FollowerSync.Followers;

/// <summary>Makes one history of what is stored of a person, what WeChat answered, and what events tell. The answer and what was seen decide; events
/// say when, in whatever order, however often and with whatever gaps they came.</summary>
internal sealed class EpisodeArrangement
{
    /// <summary>Our clock and WeChat's may differ by so much, and a row may be written so long after the answer it is made from.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    private readonly IReadOnlyList<FollowEpisode> _stored;
    private readonly FollowAnswer _answer;
    private readonly DateTimeOffset? _listedAt;
    private readonly DateTimeOffset _now;
    private readonly List<FollowSecond> _seconds;
    private readonly List<KnownFollow> _follows;
    private readonly List<FollowEpisode> _episodes = [];

    private EpisodeArrangement(
        IReadOnlyList<FollowEpisode> stored, IEnumerable<FollowEvent> events, FollowAnswer answer, DateTimeOffset? listedAt, DateTimeOffset now)
    {
        _answer = answer;
        _listedAt = listedAt;
        _now = now;
        _stored = stored;
        _seconds = FollowSecond.Of(events);
        _follows = KnownFollow.Match(stored, answer, _seconds);
        ForgetWhatIsKnown();
    }

    /// <summary>The history of a person.</summary>
    /// <param name="stored">The times the person followed, as stored, oldest first.</param>
    /// <param name="events">Trusted events.</param>
    /// <param name="answer">What WeChat answered, asked after the events.</param>
    /// <param name="listedAt">When the newest list that was read to its end began: who follows by the tables was seen following then.</param>
    /// <param name="now">When the answer was received.</param>
    /// <returns>The times the person followed, oldest first; as stored, where events add nothing to what the answer says by itself.</returns>
    public static IReadOnlyList<FollowEpisode> Arrange(
        IReadOnlyList<FollowEpisode> stored, IEnumerable<FollowEvent> events, FollowAnswer answer, DateTimeOffset? listedAt, DateTimeOffset now)
    {
        var arrangement = new EpisodeArrangement(stored, events, answer, listedAt, now);
        for (int follow = -1; follow < arrangement._follows.Count; follow++)
            if (!arrangement.WalkFrom(follow))
                break;
        return arrangement.Ordered();
    }

    // Leaves that are stored to the second; and after the follow WeChat answers there was nothing, whatever an event says.
    private void ForgetWhatIsKnown()
    {
        foreach (FollowEpisode exact in _stored.Where(e => e.IsExact))
        {
            int same = _seconds.FindIndex(s => s.HasLeave && s.At == exact.LeftBefore);
            if (same >= 0 && _seconds[same].Follow is null)
                _seconds.RemoveAt(same);
            else if (same >= 0)
                _seconds[same] = _seconds[same] with { HasLeave = false };
        }

        if (_answer is { Follows: true, FollowedAt: not null } && _follows.Count > 0)
            _seconds.RemoveAll(s => s.At > _follows[^1].At);
    }

    /// <returns>False when the walk has come to its end early: what the answer says is left to the merge.</returns>
    private bool WalkFrom(int index)
    {
        KnownFollow? from = index < 0 ? null : _follows[index];
        KnownFollow? to = index + 1 < _follows.Count ? _follows[index + 1] : null;
        var walk = new EpisodeWalk(
            from is null ? null : from.Episode with { LeftAfter = null, LeftBefore = null, Source = null }, endsFollowing: to is null && _answer.Follows);
        List<EpisodeStep> steps = StepsBetween(from, to);
        walk.Take(steps, startIsKnown: steps.Count > 0 && _listedAt <= steps[0].At);
        bool goesOn = End(walk, from, to);
        _episodes.AddRange(walk.Closed);
        if (walk.Open is { } open)
            _episodes.Add(open);
        return goesOn;
    }

    private bool End(EpisodeWalk walk, KnownFollow? from, KnownFollow? to)
    {
        bool addsNothing = walk.Open is { } now ? now == from?.Episode : walk.Closed.SequenceEqual(from is null ? [] : [from.Episode]);
        if (to is { IsAnswered: true } && addsNothing)
            return false;
        if (walk.Open is null)
        {
            if (to is null && _answer.Follows)
                walk.Reopen();
        }
        else if (to is not null)
        {
            walk.Close(to.Episode.FollowedAt ?? to.At, to.IsAnswered ? FollowEpisode.Answer : FollowEpisode.Event);
        }
        else if (!_answer.Follows && !addsNothing && (walk.HasLeave || _stored.Count == 0 || from is { Episode.IsOpen: false }))
        {
            walk.Close(_now, FollowEpisode.Answer);
        }

        return true;
    }

    private List<EpisodeStep> StepsBetween(KnownFollow? from, KnownFollow? to)
    {
        List<FollowSecond> events = [.. _seconds.Where(s => IsAfter(from, s) && (to is null || s.At < to.At || (s.At == to.At && !IsAfter(to, s))))];
        List<EpisodeStep> steps = [.. events.Select(e => e.At == to?.At ? new EpisodeStep(e.At, EpisodeStepKind.LeftAtEnd, to.Episode.Scene) : EpisodeStep.Of(e))];
        if (from is { IsAnswered: false })
            foreach (EpisodeStep seen in Seen(from.Episode, events, to))
                steps.Insert(steps.FindLastIndex(s => s.At < seen.At || (s.At == seen.At && seen.Kind == EpisodeStepKind.SeenGone)) + 1, seen);
        return steps;
    }

    /// <summary>Whether a second comes after a follow: a leave in the very second of it only when it is the leave this follow is known to have had.</summary>
    private bool IsAfter(KnownFollow? follow, FollowSecond second)
    {
        if (follow is null || second.At > follow.At)
            return true;
        if (second.At < follow.At || follow.IsAnswered)
            return false;
        int next = _follows.IndexOf(follow) + 1;
        bool isLast = next == _follows.Count;
        bool hasLeft = follow.Episode.IsOpen ? !isLast || !_answer.Follows : !follow.Episode.IsExact && second.At >= follow.Episode.LeftAfter - Tolerance;
        return hasLeft && !_seconds.Exists(s => s.HasLeave && s.At > second.At && (isLast || s.At <= _follows[next].At));
    }

    private IEnumerable<EpisodeStep> Seen(FollowEpisode stored, List<FollowSecond> events, KnownFollow? to)
    {
        DateTimeOffset? following = stored.IsOpen ? _listedAt : stored.LeftAfter;
        if (stored.IsExact)
        {
            yield return new EpisodeStep(stored.LeftBefore!.Value, EpisodeStepKind.LeftExactly);
            yield break;
        }

        if (following > stored.FollowedBy && (to is null || following < to.At))
            yield return new EpisodeStep(BeforeALeaveNear(following.Value, stored.LeftBefore, events), EpisodeStepKind.SeenFollowing, Told: following);
        if (stored.LeftBefore is { } gone)
            yield return new EpisodeStep(AfterALeaveNear(gone, stored.LeftAfter, events), EpisodeStepKind.SeenGone, Told: gone, Stored: stored);
    }

    /// <summary>The place of a sighting; before an event that, but for the clocks, must have come after it.</summary>
    private static DateTimeOffset BeforeALeaveNear(DateTimeOffset seen, DateTimeOffset? gone, List<FollowSecond> events)
    {
        FollowSecond? before = events.FindLast(e => e.At < seen);
        bool hasOther = events.Exists(e => e.HasLeave && e.At >= seen && (gone is null || e.At <= gone));
        return before is { IsLeaveOnly: true } && seen - before.At <= Tolerance && !hasOther ? before.At : seen;
    }

    private static DateTimeOffset AfterALeaveNear(DateTimeOffset gone, DateTimeOffset? seen, List<FollowSecond> events)
    {
        FollowSecond? after = events.Find(e => e.At > gone);
        bool hasOther = events.Exists(e => e.HasLeave && e.At <= gone && (seen is null || e.At >= seen - Tolerance));
        return after is { IsLeaveOnly: true } && after.At - gone <= Tolerance && !hasOther ? after.At : gone;
    }

    /// <summary>Nobody leaves before having followed, or after having followed again: where clocks differ, <c>subscribe_time</c> counts.</summary>
    private List<FollowEpisode> Ordered()
    {
        DateTimeOffset next = DateTimeOffset.MaxValue;
        for (int i = _episodes.Count - 1; i >= 0; i--)
        {
            FollowEpisode episode = _episodes[i];
            if (!_stored.Contains(episode) || episode.LeftBefore > next)
                _episodes[i] = episode = Before(next, episode);
            next = episode.FollowedBy ?? episode.LeftAfter ?? next;
        }

        return _episodes;
    }

    private static FollowEpisode Before(DateTimeOffset next, FollowEpisode episode)
    {
        DateTimeOffset? followed = episode.FollowedAt > next ? next : episode.FollowedAt;
        if (episode.LeftBefore is not { } before)
            return episode with { FollowedAt = followed };
        DateTimeOffset first = followed ?? DateTimeOffset.MinValue;
        before = Within(before, first, next);
        return episode with { FollowedAt = followed, LeftBefore = before, LeftAfter = episode.LeftAfter is { } after ? Within(after, first, before) : null };
    }

    private static DateTimeOffset Within(DateTimeOffset moment, DateTimeOffset first, DateTimeOffset last) => moment < first ? first : moment > last ? last : moment;
}
