namespace FollowerSync.Database.Schema;

/// <summary>Where a database stands against the scripts of the program.</summary>
/// <param name="CurrentVersion">Newest applied migration; 0 = none.</param>
/// <param name="Pending">Migrations still to apply, in order.</param>
internal sealed record MigrationStatus(int CurrentVersion, IReadOnlyList<Migration> Pending)
{
    public bool IsCurrent => Pending.Count == 0;
}
