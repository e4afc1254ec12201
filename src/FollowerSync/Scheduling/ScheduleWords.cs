using System.Globalization;

namespace FollowerSync.Scheduling;

/// <summary>A cron expression in words, where it is one that people use; otherwise as it stands.</summary>
internal static class ScheduleWords
{
    private const int UnixFields = 5;

    private static readonly string[] Names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    public static string Of(string cron)
    {
        string[] fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        bool isUnix = fields.Length == UnixFields;
        string verbatim = $"by the cron expression {cron.Trim()}";
        if (isUnix)
            fields = ["0", .. fields];
        if (fields.Length < UnixFields + 1 || (fields.Length > UnixFields + 1 && fields[^1] is not "*") || fields[0] != "0" || fields[4] != "*")
            return verbatim;
        string? time = Times(fields[1], fields[2]);
        string? days = On(fields[3], fields[5].ToUpperInvariant(), firstDay: isUnix ? 0 : 1);
        return (time, days) switch
        {
            (null, _) or (_, null) => verbatim,
            ({ } often, "") when often.StartsWith("every", StringComparison.Ordinal) => often,
            ({ } at, "") => $"every day {at}",
            ({ } at, { } on) => $"{at} {on}",
        };
    }

    private static string? Times(string minute, string hour) => (Number(minute), hour) switch
    {
        (null, "*") when Step(minute) is { } minutes => minutes == 1 ? "every minute" : $"every {minutes} minutes",
        (null, "*") when minute == "*" => "every minute",
        (null, _) => null,
        ({ } at, "*") => $"every hour at minute {at}",
        ({ } at, _) when Step(hour) is { } hours => $"every {hours} hours at minute {at}",
        ({ } at, _) => At(at, hour),
    };

    private static string? At(int minute, string hours)
    {
        int?[] all = [.. hours.Split(',').Select(Number)];
        return all.Contains(null) ? null : "at " + string.Join(" and ", all.Select(hour => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}")));
    }

    /// <returns>Empty for every day; null when it has no simple words.</returns>
    private static string? On(string dayOfMonth, string dayOfWeek, int firstDay) => (dayOfMonth, dayOfWeek) switch
    {
        ("*" or "?", "*" or "?") => "",
        ("*" or "?", _) => Weekdays(dayOfWeek, firstDay),
        (_, "*" or "?") when Number(dayOfMonth) is { } day => $"on day {day} of every month",
        _ => null,
    };

    private static string? Weekdays(string text, int firstDay)
    {
        string[] range = text.Split('-');
        string?[] days = [.. (range.Length == 2 ? range : text.Split(',')).Select(day => Weekday(day, firstDay))];
        return days.Contains(null) || range.Length > 2 ? null : range.Length == 2 ? $"from {days[0]} to {days[1]}" : "on " + string.Join(" and ", days);
    }

    private static string? Weekday(string text, int firstDay)
    {
        int day = Number(text) is { } number ? (number - firstDay) % Days.Length : Array.IndexOf(Names, text);
        return day >= 0 ? Days[day] : null;
    }

    private static int? Step(string field) => field.Split('/') is ["*" or "0", { } step] ? Number(step) : null;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
