namespace FollowerSync.Sync;

/// <summary>What an approval released.</summary>
/// <param name="RunId">The run.</param>
/// <param name="AppId">Its account.</param>
/// <param name="Unsubscribed">People marked as gone.</param>
/// <param name="Staying">People whom WeChat now answers as following, or does not answer; they stay.</param>
/// <param name="UnionIdsChanged">Unionids changed.</param>
/// <param name="UnionIdsKept">Unionids that WeChat answers otherwise now; the stored ones stay.</param>
internal sealed record ApprovalResult(long RunId, string AppId, int Unsubscribed, int Staying, int UnionIdsChanged, int UnionIdsKept);

/// <summary>What a rejection dropped.</summary>
/// <param name="RunId">The run.</param>
/// <param name="AppId">Its account.</param>
/// <param name="Leaving">People who stay marked as following.</param>
/// <param name="UnionIds">People who keep their stored unionid.</param>
internal sealed record RejectionResult(long RunId, string AppId, int Leaving, int UnionIds);
