namespace FollowerSync.Runs;

/// <summary>Where a run stands; sent after every page, every batch and every merge.</summary>
/// <param name="AppId">Account of the run.</param>
/// <param name="Phase">What the run is doing.</param>
/// <param name="Total">Followers WeChat says the account has; 0 until the first page.</param>
/// <param name="Listed">Openids listed so far.</param>
/// <param name="Expected">Profiles to be asked for in all, as far as can be told: exact once the known ones are being asked for.</param>
/// <param name="Fetched">Profiles answered so far.</param>
/// <param name="Merged">Profiles merged so far.</param>
/// <param name="ApiCalls">Calls made so far, retries included.</param>
internal readonly record struct SyncProgress(string AppId, SyncPhase Phase, long Total, long Listed, long Expected, long Fetched, long Merged, long ApiCalls);

/// <summary>The parts of a run, in order.</summary>
internal enum SyncPhase
{
    Listing,
    Confirming,
    Refreshing,
    Closing,
}
