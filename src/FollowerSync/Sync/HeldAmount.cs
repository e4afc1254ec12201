namespace FollowerSync.Sync;

/// <summary>How much is held of an account.</summary>
/// <param name="NewestRunId">The newest run that holds.</param>
/// <param name="Leaving">People who would be marked as gone.</param>
/// <param name="UnionIds">People whose unionid would change.</param>
internal sealed record HeldAmount(long NewestRunId, long Leaving, long UnionIds)
{
    /// <summary>Whether whoever saw this has seen all of what is held now. Less is covered: while a person decides, people come back.</summary>
    public bool Covers(HeldAmount now) => now.NewestRunId == NewestRunId && now.Leaving <= Leaving && now.UnionIds <= UnionIds;
}
