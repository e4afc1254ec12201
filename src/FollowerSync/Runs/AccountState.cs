namespace FollowerSync.Runs;

/// <summary>How the mirror of one account stands.</summary>
/// <param name="AppId">The account.</param>
/// <param name="Name">Its name at its last run.</param>
/// <param name="Followers">People who follow, as far as is stored.</param>
/// <param name="Rejected">Listed openids that WeChat refuses or does not answer.</param>
/// <param name="CompleteAsOf">Start of the newest succeeded run: everybody was asked about after it; null when none has succeeded.</param>
internal sealed record AccountState(string AppId, string Name, long Followers, long Rejected, DateTimeOffset? CompleteAsOf);
