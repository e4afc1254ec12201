namespace FollowerSync.Followers;

/// <summary>One thing known of a person, in the order of time.</summary>
/// <param name="At">Its place in the order.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="Scene">How a person who followed found the account.</param>
/// <param name="Told">The moment it tells, where its place is another one.</param>
/// <param name="Stored">The episode that is known to be over.</param>
internal sealed record EpisodeStep(
    DateTimeOffset At, EpisodeStepKind Kind, FollowScene Scene = default, DateTimeOffset? Told = null, FollowEpisode? Stored = null)
{
    public DateTimeOffset Moment => Told ?? At;

    public static EpisodeStep Of(FollowSecond second) => second switch
    {
        { HasLeave: false } => new(second.At, EpisodeStepKind.Followed, second.Follow ?? default),
        { Follow: null } => new(second.At, EpisodeStepKind.Left),
        _ => new(second.At, EpisodeStepKind.Both, second.Follow.Value),
    };

    /// <summary>Whether the person follows right before; null = the step fits to both.</summary>
    public bool? WantsFollowing => Kind switch
    {
        EpisodeStepKind.Followed or EpisodeStepKind.SeenGone => false,
        EpisodeStepKind.Left or EpisodeStepKind.LeftAtEnd or EpisodeStepKind.SeenFollowing or EpisodeStepKind.LeftExactly => true,
        _ => null,
    };
}
