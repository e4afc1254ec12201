namespace FollowerSync.Followers;

/// <summary>What a step of <see cref="EpisodeWalk"/> tells.</summary>
internal enum EpisodeStepKind
{
    /// <summary>An event: the person followed.</summary>
    Followed,

    /// <summary>An event: the person left.</summary>
    Left,

    /// <summary>Events of one second: the person followed and left, in an order that nobody told.</summary>
    Both,

    /// <summary>An event: the person left in the second of the follow that ends the walk.</summary>
    LeftAtEnd,

    /// <summary>What is stored: the person was seen following.</summary>
    SeenFollowing,

    /// <summary>What is stored: the person was seen gone.</summary>
    SeenGone,

    /// <summary>What is stored: the second in which the person left.</summary>
    LeftExactly,
}
