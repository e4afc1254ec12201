namespace FollowerSync.Leases;

/// <summary>Another run of the account is active, here or in another process; this one did not start.</summary>
internal sealed class RunActiveException(string appId, string holder)
    : Exception($"Another run of account {appId} is active ({holder}). Wait until it ends; `followersync status` shows it.");
