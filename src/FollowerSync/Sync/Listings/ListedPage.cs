namespace FollowerSync.Sync.Listings;

/// <summary>A stored page of a list.</summary>
/// <param name="OpenIds">Whom it names.</param>
/// <param name="AnsweredAt">When WeChat answered it: they followed then.</param>
internal sealed record ListedPage(string[] OpenIds, DateTimeOffset AnsweredAt);
