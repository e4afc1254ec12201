namespace FollowerSync.Leases;

/// <summary>A moment by both clocks of this machine: one that nobody sets, but which may stand still while a virtual machine is suspended, and that of the wall.</summary>
internal sealed record Moment(long Timestamp, DateTimeOffset WallClock)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>How long ago it is, by whichever of the clocks shows more.</summary>
    public TimeSpan Ago(TimeProvider time)
    {
        TimeSpan steady = time.GetElapsedTime(Timestamp), onTheWall = time.GetUtcNow() - WallClock;
        return steady > onTheWall ? steady : onTheWall;
    }
}
