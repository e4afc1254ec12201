namespace FollowerSync.Import;

/// <summary>What became of openids that were to be put into the inbox.</summary>
/// <param name="New">Put into it.</param>
/// <param name="Repeated">In it by this very import.</param>
/// <param name="InInbox">In it since before.</param>
/// <param name="Followers">Not put into it: they follow, as far as is stored.</param>
internal sealed record StoredOpenIds(long New, long Repeated, long InInbox, long Followers);
