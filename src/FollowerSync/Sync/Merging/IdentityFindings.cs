using FollowerSync.Followers;

namespace FollowerSync.Sync.Merging;

/// <summary>What deciding about unionids left to record.</summary>
/// <param name="Conflicts">Contradicting answers.</param>
/// <param name="Held">Changed unionids the brake holds, by openid.</param>
internal sealed record IdentityFindings(IReadOnlyList<IdentityConflict> Conflicts, IReadOnlyDictionary<string, string> Held);
