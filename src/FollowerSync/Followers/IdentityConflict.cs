namespace FollowerSync.Followers;

/// <summary>Answers about one person's unionid that contradict each other or another person's.</summary>
/// <param name="OpenId">The person.</param>
/// <param name="Stored">Unionid that is stored, and stays.</param>
/// <param name="Answered">Unionid the answer for many gave.</param>
/// <param name="Single">Unionid the single answer gave.</param>
/// <param name="OtherOpenId">Person of the same account with the same unionid.</param>
internal sealed record IdentityConflict(string OpenId, string? Stored, string? Answered, string? Single, string? OtherOpenId);
