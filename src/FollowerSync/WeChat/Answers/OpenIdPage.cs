namespace FollowerSync.WeChat.Answers;

/// <summary>One answer of <c>user/get</c> or <c>getblacklist</c>.</summary>
/// <param name="Total">Openids in the whole list.</param>
/// <param name="Count">Openids WeChat says are in the answer.</param>
/// <param name="OpenIds">The openids; empty past the end. Empty strings, which old answers start with, are left out.</param>
/// <param name="NextOpenId">Cursor for the next page; empty past the end.</param>
internal sealed record OpenIdPage(long Total, long Count, IReadOnlyList<string> OpenIds, string NextOpenId);
