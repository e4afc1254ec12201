using FollowerSync.Accounts;

namespace FollowerSync.WeChat.Calls;

/// <summary>Whose calls, where they are counted, and how they are repeated.</summary>
/// <param name="Account">The account.</param>
/// <param name="Counts">Counts the calls.</param>
/// <param name="Resilience">Repeats what failed for a passing reason.</param>
internal sealed record AccountCalls(AccountOptions Account, CallCounts Counts, CallResilience Resilience);
