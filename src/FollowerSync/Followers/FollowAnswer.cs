namespace FollowerSync.Followers;

/// <summary>What WeChat answered about a person of whom events were received, asked after them.</summary>
/// <param name="Follows">Whether the person follows.</param>
/// <param name="FollowedAt">The answered <c>subscribe_time</c>; null = not told, or the person does not follow.</param>
/// <param name="Pseudonym">The pseudonym the person would have; null = nobody can be recognised.</param>
internal readonly record struct FollowAnswer(bool Follows, DateTimeOffset? FollowedAt = null, string? Pseudonym = null);
