namespace FollowerSync.Followers;

/// <summary>A listed openid without a profile, and why.</summary>
/// <param name="OpenId">The openid.</param>
/// <param name="ErrorCode">WeChat's code; null = left out of the answer, answered without content, or in no answer that can be read.</param>
/// <param name="ErrorText">WeChat's words, or ours.</param>
/// <param name="RequestId">WeChat's rid.</param>
internal sealed record Rejection(string OpenId, int? ErrorCode, string? ErrorText, string? RequestId)
{
    /// <summary>Whether asking soon again is of no use.</summary>
    public bool IsRefusal { get; init; } = ErrorCode is not null;
}
