namespace FollowerSync.Sync.Listings;

/// <summary>A stored page of a list.</summary>
/// <param name="OpenIds">Whom it names.</param>
/// <param name="StoredAt">When it was stored: they followed by then.</param>
internal sealed record ListedPage(string[] OpenIds, DateTimeOffset StoredAt);
