using FollowerSync.Languages;

namespace FollowerSync.Sharing;

/// <summary>How a mirror of an account's token stands.</summary>
/// <param name="Mirror">Its kind, host and format.</param>
/// <param name="WrittenAt">When a token was last written to it; null = none was yet.</param>
/// <param name="FailingSince">Since when it cannot be written; null = it can.</param>
/// <param name="Reason">Why not, and what to do.</param>
internal sealed record MirrorState(string Mirror, DateTimeOffset? WrittenAt, DateTimeOffset? FailingSince, Sentence? Reason)
{
    public MirrorState()
        : this("", null, null, null)
    {
    }
}
