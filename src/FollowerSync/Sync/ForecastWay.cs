namespace FollowerSync.Sync;

/// <summary>What a night costs with one choice of <c>Sync:ProfileRefresh</c> and <c>Sync:TagLists</c>.</summary>
/// <param name="Refresh">Which profiles are asked for.</param>
/// <param name="TagLists">Whether everybody's tags are read as lists.</param>
/// <param name="Calls">Calls of the list, profiles and lists of tags.</param>
/// <param name="Duration">Time they take.</param>
/// <param name="IsChosen">Whether it is as things are set.</param>
internal sealed record ForecastWay(ProfileRefresh Refresh, bool TagLists, long Calls, TimeSpan Duration, bool IsChosen);
