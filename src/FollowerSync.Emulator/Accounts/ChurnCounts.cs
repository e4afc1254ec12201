namespace FollowerSync.Emulator.Accounts;

/// <summary>What one churn step changed. A person with several changes is counted under each.</summary>
/// <param name="Followed">People who follow now for the first time.</param>
/// <param name="Returned">People who had left and follow again.</param>
/// <param name="Left">People who follow no more.</param>
/// <param name="Renamed">Followers with another nickname and avatar; invisible to the API unless profiles are full.</param>
/// <param name="Remarked">Followers with another remark.</param>
/// <param name="Regrouped">Followers whose group was set anew.</param>
/// <param name="Retagged">Followers whose tags were set anew.</param>
public sealed record ChurnCounts(long Followed, long Returned, long Left, long Renamed, long Remarked, long Regrouped, long Retagged);
