using FollowerSync.Languages;

namespace FollowerSync.Leases;

/// <summary>Another run of the account is active, here or in another process; this one did not start.</summary>
/// <param name="appId">The account.</param>
/// <param name="holder">Who runs.</param>
/// <param name="freeIn">In how long it is over if it gives no further sign of life; null = it lives.</param>
internal sealed class RunActiveException(string appId, string holder, TimeSpan? freeIn = null)
    : SentenceException($"Another run of account {appId} is active ({holder}). Wait until it ends; `followersync status` shows it.")
{
    /// <summary>In how long the account is free if its run, which has missed a sign of life, gives none any more; null = the run lives.</summary>
    public TimeSpan? FreeIn => freeIn;
}
