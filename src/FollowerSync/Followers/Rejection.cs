namespace FollowerSync.Followers;

/// <summary>A listed openid without a profile, and why.</summary>
/// <param name="OpenId">The openid.</param>
/// <param name="ErrorCode">WeChat's code; null = left out of the answer, or answered without content.</param>
/// <param name="ErrorText">WeChat's words, or ours.</param>
/// <param name="RequestId">WeChat's rid.</param>
internal sealed record Rejection(string OpenId, int? ErrorCode, string? ErrorText, string? RequestId);
