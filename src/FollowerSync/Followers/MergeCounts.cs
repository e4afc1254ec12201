namespace FollowerSync.Followers;

/// <summary>What a merge did.</summary>
/// <param name="Added">People stored for the first time.</param>
/// <param name="Changed">Known people whose row was written.</param>
/// <param name="Unchanged">Known people whose row stayed as it was.</param>
internal readonly record struct MergeCounts(long Added, long Changed, long Unchanged);
