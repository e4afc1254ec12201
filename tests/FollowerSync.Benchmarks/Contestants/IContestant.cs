namespace FollowerSync.Benchmarks.Contestants;

/// <summary>A way to get the followers from the API into the database.</summary>
internal interface IContestant
{
    /// <summary>Syncs once.</summary>
    /// <returns>The time that counts.</returns>
    public Task<TimeSpan> SyncAsync();
}
