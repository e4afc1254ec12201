using FollowerSync.Languages;
using FollowerSync.Sync;

namespace FollowerSync.StatusPage.Acting;

/// <summary>What a person asks for on the page.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="AppId">The account.</param>
/// <param name="RunId">The held run; null for actions that are about none.</param>
/// <param name="Seen">What the person was shown to be held; null for actions that are about nothing held.</param>
/// <param name="Actor">The name that the person gave.</param>
/// <param name="Address">Where the request came from.</param>
internal sealed record AskedAction(ActionKind Kind, string AppId, long? RunId, HeldAmount? Seen, string Actor, string Address)
{
    /// <summary>As in <c>followersync.page_actions</c> and in addresses.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();
}

/// <summary>What can be done on the page.</summary>
internal enum ActionKind
{
    Sync,
    Approve,
    Reject,
    Pause,
    Resume,
}

/// <summary>What came of an action.</summary>
/// <param name="Outcome">done, refused or failed.</param>
/// <param name="Numbers">What it changed, by name; null = nothing to tell.</param>
/// <param name="Error">Why it was not done.</param>
internal sealed record ActionEnd(string Outcome, IReadOnlyDictionary<string, long>? Numbers = null, Sentence? Error = null);
