namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>The clock of the machine, but what is waited for comes ten times as soon.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private const int Times = 10;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    private static TimeSpan Hurried(TimeSpan wait) => wait > TimeSpan.Zero ? wait / Times : wait;
}
