namespace FollowerSync.AccountMigration;

/// <summary>Counts what came of asking; from many calls at once.</summary>
/// <param name="people">How many there were to ask about.</param>
internal sealed class MigrationTally(long people)
{
    private long _mapped;
    private long _unknown;
    private long _open;

    /// <summary>People there were to ask about.</summary>
    public long People => people;

    /// <summary>They have a new openid.</summary>
    public long Mapped => Interlocked.Read(ref _mapped);

    /// <summary>WeChat knows them as followers of the old account no more.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>WeChat named none for another reason; they are asked about again.</summary>
    public long Open => Interlocked.Read(ref _open);

    public long Asked => Mapped + Unknown + Open;

    public void Count(IReadOnlyCollection<ChangedOpenId> changes)
    {
        Interlocked.Add(ref _mapped, changes.Count(change => change.NewOpenId is not null));
        Interlocked.Add(ref _unknown, changes.Count(change => change.Why == ChangedOpenId.Unknown));
        Interlocked.Add(ref _open, changes.Count(change => change.IsOpen));
    }
}
