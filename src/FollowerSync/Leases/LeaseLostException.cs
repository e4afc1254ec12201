namespace FollowerSync.Leases;

/// <summary>Another run holds the account's lease now; this one may write nothing more.</summary>
/// <param name="appId">The account.</param>
/// <param name="silence">How long a holder keeps the lease without a sign of life.</param>
internal sealed class LeaseLostException(string appId, TimeSpan silence)
    : Exception($"Another run has taken over account {appId}, because this one showed no sign of life for {silence.TotalSeconds:0} s. What it stored is right; the other run goes on from there.");
