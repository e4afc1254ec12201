namespace FollowerSync.WeChat.Answers;

/// <summary>One answer of <c>user/get</c> or <c>getblacklist</c>.</summary>
/// <param name="Total">Openids in the whole list.</param>
/// <param name="Count">Openids WeChat says are in the answer.</param>
/// <param name="OpenIds">The openids, trimmed; empty past the end. Empty strings, which old answers start with, are left out.</param>
/// <param name="NextOpenId">Cursor for the next page, trimmed; empty past the end.</param>
internal sealed record OpenIdPage(long Total, long Count, IReadOnlyList<string> OpenIds, string NextOpenId)
{
    /// <summary>What was listed too and cannot be an openid, each once.</summary>
    public IReadOnlyList<ImpossibleOpenId> Impossible { get; init; } = [];

    /// <summary>When it was answered, by a clock that nobody sets.</summary>
    public long AnsweredAt { get; init; }

    /// <summary>How much was listed, possible or not.</summary>
    public int Listed => OpenIds.Count + Impossible.Count;
}
