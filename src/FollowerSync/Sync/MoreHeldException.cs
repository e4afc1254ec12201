using FollowerSync.Languages;

namespace FollowerSync.Sync;

/// <summary>More is held than the person saw who decided about it.</summary>
internal sealed class MoreHeldException(HeldAmount now) : SentenceException(
    $"The numbers changed since the page was shown: run {now.NewestRunId} is the newest that holds, and {now.Leaving:N0} people and {now.UnionIds:N0} unionids are held now. Nothing was done; look at it again, then decide.");
