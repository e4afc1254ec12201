using System.IO.Hashing;
using System.Text;

namespace FollowerSync.Scheduling;

/// <summary>How much later than the schedule says an account begins, so that hundreds do not begin in the same second: always the same for the account.</summary>
internal static class Spread
{
    /// <param name="appId">The account.</param>
    /// <param name="dueAt">When the schedule fires.</param>
    /// <param name="schedule">The schedule.</param>
    public static TimeSpan Of(string appId, DateTimeOffset dueAt, ScheduleOptions schedule)
    {
        // Who fires every minute must have begun before the next one.
        TimeSpan interval = NextRun.After(dueAt, schedule) is { } next ? next - dueAt : schedule.Spread;
        TimeSpan room = schedule.Spread < interval ? schedule.Spread : interval;
        ulong seconds = (ulong)Math.Max(0, room.TotalSeconds);
        return seconds == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(appId)) % seconds);
    }
}
