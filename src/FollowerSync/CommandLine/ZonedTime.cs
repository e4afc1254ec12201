using System.Globalization;
using FollowerSync.Scheduling;

namespace FollowerSync.CommandLine;

/// <summary>Moments as people read them everywhere: in the schedule's time zone, with its distance from UTC.</summary>
internal sealed class ZonedTime(ScheduleOptions schedule)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);

    public string Of(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    public static ScheduleOptions ScheduleOf(IConfiguration settings) => settings.GetSection(ScheduleOptions.Section).Get<ScheduleOptions>() ?? new ScheduleOptions();
}
