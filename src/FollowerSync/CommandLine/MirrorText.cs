using FollowerSync.Languages;
using FollowerSync.Sharing;

namespace FollowerSync.CommandLine;

/// <summary>How a mirror of a token stands, in a sentence.</summary>
internal static class MirrorText
{
    public static Sentence Of(MirrorState mirror, ZonedTime time) => mirror switch
    {
        { FailingSince: { } since } => (Sentence)$"{mirror.Mirror}, which cannot be written since {time.Of(since)}: {mirror.Reason}",
        { WrittenAt: { } written } => $"{mirror.Mirror}: has the token of {time.Of(written)}",
        _ => $"{mirror.Mirror}: nothing was written there yet",
    };
}
