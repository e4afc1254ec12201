namespace FollowerSync.Sync.Merging;

/// <summary>How answers are stored.</summary>
/// <param name="MergeSize">People in one transaction, at least.</param>
/// <param name="KeepKnown">Whether an empty nickname or picture keeps the stored one.</param>
/// <param name="LongestWait">How long a transaction stands still for another one; the server ends it before long.</param>
internal sealed record MergeRules(int MergeSize, bool KeepKnown, TimeSpan LongestWait);
