using FollowerSync.Languages;

namespace FollowerSync.Database.Schema;

/// <summary>Where a database stands against the scripts of the program.</summary>
/// <param name="CurrentVersion">Newest applied migration; 0 = none.</param>
/// <param name="Pending">Migrations still to apply, in order.</param>
/// <param name="ViewsAreOutOfDate">The views are not those of this program, nor of a newer one.</param>
internal sealed record MigrationStatus(int CurrentVersion, IReadOnlyList<Migration> Pending, bool ViewsAreOutOfDate)
{
    public bool IsCurrent => Pending.Count == 0 && !ViewsAreOutOfDate;

    /// <summary>What is not current, to follow "the database": a whole clause without a full stop.</summary>
    public Sentence Lack => Pending.Count > 0
        ? (Sentence)$"lacks {Pending.Count} migrations, the first of them {Pending[0].Name}"
        : "has views that are out of date";
}
