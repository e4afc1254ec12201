namespace FollowerSync.Followers;

/// <summary>Walks from one known follow of a person to the next, or to the answer, and makes of what lies between times of following and leaving that
/// take turns. What fits nowhere is left out: an event never overrules what was seen.</summary>
internal sealed class EpisodeWalk
{
    private readonly List<FollowEpisode> _closed = [];
    private readonly FollowEpisode? _start;
    private readonly bool _endsFollowing;
    private FollowEpisode? _open;
    private DateTimeOffset? _seenAt;
    private bool _isGoneByEvent;

    /// <param name="start">The episode it begins in; null = before the first follow that is known.</param>
    /// <param name="endsFollowing">Whether the person follows right before the end.</param>
    public EpisodeWalk(FollowEpisode? start, bool endsFollowing)
    {
        _start = start;
        _open = start;
        _endsFollowing = endsFollowing;
    }

    /// <summary>The episodes that are over.</summary>
    public IReadOnlyList<FollowEpisode> Closed => _closed;

    /// <summary>The episode that is not; null = the person is gone.</summary>
    public FollowEpisode? Open => _open;

    /// <summary>Whether an event told of a leave that nothing speaks against.</summary>
    public bool HasLeave { get; private set; }

    public void Take(IReadOnlyList<EpisodeStep> steps, bool startIsKnown)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            bool wants = steps.Skip(i + 1).Select(s => s.WantsFollowing).FirstOrDefault(w => w is not null) ?? _endsFollowing;
            Take(steps[i], wants, startIsKnown || _closed.Count > 0);
        }
    }

    /// <summary>The person follows after all: who left by an event did not.</summary>
    public void Reopen()
    {
        if (_open is not null || !_isGoneByEvent)
            return;
        _open = _closed[^1] with { LeftAfter = null, LeftBefore = null, Source = null };
        _closed.RemoveAt(_closed.Count - 1);
        _isGoneByEvent = false;
        HasLeave = false;
    }

    /// <summary>The person left between the last time seen following and a moment.</summary>
    public void Close(DateTimeOffset before, string source) => Close(Latest(_open!.FollowedBy, _seenAt) ?? before, before, source);

    private void Take(EpisodeStep step, bool wantsFollowing, bool startIsKnown)
    {
        switch (step.Kind)
        {
            case EpisodeStepKind.Followed:
                Follow(step);
                break;
            case EpisodeStepKind.Left:
                Leave(step);
                break;
            case EpisodeStepKind.LeftAtEnd:
                if (_open is null && startIsKnown)
                    Follow(step);
                Leave(step);
                break;
            case EpisodeStepKind.Both:
                TakeBoth(step, wantsFollowing, startIsKnown);
                break;
            case EpisodeStepKind.SeenFollowing:
                Reopen();
                _seenAt = step.Moment;
                break;
            case EpisodeStepKind.SeenGone:
                SeeGone(step);
                break;
            default:
                Reopen();
                Close(step.Moment, step.Moment, FollowEpisode.Event);
                break;
        }
    }

    // Whichever order fits to what was before; and where the state after it has to be the other one, one of the two happened twice: messages of one
    // second cannot be told apart.
    private void TakeBoth(EpisodeStep step, bool wantsFollowing, bool startIsKnown)
    {
        if (_open is not null && wantsFollowing)
        {
            Leave(step);
            Follow(step);
            return;
        }

        // Left twice in the second, or once before it: bounds hold for both.
        if (_open is not null)
        {
            Follow(step);
            Leave(step);
            return;
        }

        if (startIsKnown || !wantsFollowing)
        {
            Follow(step);
            Leave(step);
        }

        if (wantsFollowing)
            Follow(step);
    }

    // A second follow in a row: a leave in between was not told.
    private void Follow(EpisodeStep step)
    {
        if (_open is not null)
            Close(step.Moment, FollowEpisode.Event);
        _open = new FollowEpisode { FollowedAt = step.Moment, Scene = step.Scene };
        _isGoneByEvent = false;
        _seenAt = null;
    }

    // A second leave in a row: a follow in between was not told, and when it was nobody knows. The person was gone for good by the later one.
    private void Leave(EpisodeStep step)
    {
        HasLeave = true;
        if (_open is not null)
        {
            Close(step.Moment, step.Moment, FollowEpisode.Event);
            _isGoneByEvent = true;
        }
        else if (_isGoneByEvent)
        {
            _closed[^1] = _closed[^1] with { LeftBefore = step.Moment };
        }
    }

    private void SeeGone(EpisodeStep step)
    {
        if (_open is not null && _open == _start)
            _closed.Add(step.Stored!);
        else if (_open is not null)
            Close(step.Moment, step.Stored!.Source!);
        else if (_isGoneByEvent && _closed[^1].LeftBefore > step.Moment)
            _closed[^1] = _closed[^1] with { LeftAfter = Latest(_closed[^1].FollowedAt, step.Stored!.LeftAfter) ?? step.Moment, LeftBefore = step.Moment, Source = step.Stored!.Source };
        _open = null;
        _isGoneByEvent = false;
    }

    private void Close(DateTimeOffset after, DateTimeOffset before, string source)
    {
        _closed.Add(_open! with { LeftAfter = after, LeftBefore = before, Source = source });
        _open = null;
        _seenAt = null;
        _isGoneByEvent = false;
    }

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
