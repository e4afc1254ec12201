namespace FollowerSync.Status;

/// <summary>A process of <c>run</c>, as the database knows it.</summary>
/// <param name="Host">Name of its machine.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="SeenAt">When it was last heard of.</param>
/// <param name="SilentSeconds">How long ago that is, by the database's clock.</param>
/// <param name="NextRunAt">When its schedule starts the next run.</param>
/// <param name="StoppedAt">When it was stopped in good order; null = it lives, or died.</param>
/// <param name="Alive">Whether it was heard of within the last minute and a half and has not stopped.</param>
internal sealed record WorkerState(
    string Host, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt, long SilentSeconds, DateTimeOffset? NextRunAt, DateTimeOffset? StoppedAt, bool Alive)
{
    /// <summary>Whether it ended without a word.</summary>
    public bool Died => !Alive && StoppedAt is null;
}
