using FollowerSync.Runs;

namespace FollowerSync.Sync;

/// <summary>How a round ended that nothing broke off.</summary>
/// <param name="Status">Succeeded, partial or held.</param>
/// <param name="Reason">Why not succeeded.</param>
internal sealed record RoundOutcome(RunStatus Status, string? Reason);
