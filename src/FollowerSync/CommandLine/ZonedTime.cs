using System.Globalization;
using FollowerSync.Scheduling;

namespace FollowerSync.CommandLine;

/// <summary>Moments as people read and type them everywhere: in the schedule's time zone, with its distance from UTC.</summary>
internal sealed class ZonedTime(ScheduleOptions schedule)
{
    private static readonly string[] Typed = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
    private static readonly string[] TypedWithZone = ["yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);

    public string Of(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>A day or a moment that somebody typed; what names no zone is in the schedule's. Null when it is none.</summary>
    public DateTimeOffset? Read(string text)
    {
        if (DateTime.TryParseExact(text, Typed, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            // A time that a clock set forward leaves out is the one an hour later.
            return At(local, _zone.GetUtcOffset(local))?.ToUniversalTime();
        return DateTimeOffset.TryParseExact(text, TypedWithZone, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment) ? moment.ToUniversalTime() : null;
    }

    /// <summary>The moment of a clock that differs from UTC by so much; null when it is none in UTC, in whose years it would be before the first or after the last.</summary>
    public static DateTimeOffset? At(DateTime local, TimeSpan offset) =>
        local.Ticks - offset.Ticks is var utc && utc >= DateTime.MinValue.Ticks && utc <= DateTime.MaxValue.Ticks ? new DateTimeOffset(local, offset) : null;

    public static ScheduleOptions ScheduleOf(IConfiguration settings) => settings.GetSection(ScheduleOptions.Section).Get<ScheduleOptions>() ?? new ScheduleOptions();
}
