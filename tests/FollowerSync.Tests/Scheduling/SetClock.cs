namespace FollowerSync.Tests.Scheduling;

/// <summary>The machine's clock, which somebody sets. Timers and timestamps go on as they did.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Set(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
