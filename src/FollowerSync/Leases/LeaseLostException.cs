namespace FollowerSync.Leases;

/// <summary>Another run holds the account's lease now; this one may write nothing more.</summary>
internal sealed class LeaseLostException(string appId)
    : Exception($"Another run has taken over account {appId}, because this one showed no sign of life for {RunLease.Duration.TotalSeconds:0} s. What it stored is right; the other run goes on from there.");
