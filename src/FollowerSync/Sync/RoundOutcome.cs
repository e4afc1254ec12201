using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>How a round ended that nothing broke off.</summary>
/// <param name="Status">Succeeded, partial or held.</param>
/// <param name="Reason">Why not succeeded.</param>
/// <param name="Failure">A call that failed without ending the round.</param>
/// <param name="Note">What to know beside it; null = nothing.</param>
/// <param name="Listing">The list of the round, which is done, or held, when the run is closed and not before; null = there is none.</param>
internal sealed record RoundOutcome(RunStatus Status, Sentence? Reason, WeChatApiException? Failure = null, Sentence? Note = null, Listing? Listing = null);
