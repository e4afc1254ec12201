using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>How a round ended that nothing broke off.</summary>
/// <param name="Status">Succeeded, partial or held.</param>
/// <param name="Reason">Why not succeeded.</param>
/// <param name="Failure">A call that failed without ending the round.</param>
/// <param name="Note">What to know beside it; null = nothing.</param>
internal sealed record RoundOutcome(RunStatus Status, Sentence? Reason, WeChatApiException? Failure = null, Sentence? Note = null);
