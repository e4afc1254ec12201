namespace FollowerSync.Database.Schema;

/// <summary>How long an upgrade waits for locks that other sessions hold.</summary>
/// <param name="Attempt">Longest wait in one go. While it waits, all others who want the table queue behind it, so it is short, then begun again.</param>
/// <param name="End">Longest wait in all.</param>
internal sealed record MigrationWaits(TimeSpan Attempt, TimeSpan End)
{
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(10);

    /// <summary>When a wait is looked into, and how often from then on: at least once within an attempt.</summary>
    public TimeSpan Look => Attempt / 2;

    /// <summary>Between two attempts, so that those who queued get through.</summary>
    public TimeSpan Pause => Attempt / 5;

    public static MigrationWaits From(DatabaseOptions options) =>
        new(options.LockTimeout < LongestAttempt ? options.LockTimeout : LongestAttempt, options.UpgradeWait);
}
