using System.Globalization;
using FollowerSync.Languages;

namespace FollowerSync.Scheduling;

/// <summary>A cron expression in words, where it is one that people use; otherwise as it stands.</summary>
/// <remarks>The libraries that read cron expressions and can be had say none in words.</remarks>
internal static class ScheduleWords
{
    private const int UnixFields = 5;

    private static readonly string[] Names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly Sentence[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    public static Sentence Of(string cron)
    {
        string[] fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        bool isUnix = fields.Length == UnixFields;
        Sentence verbatim = $"by the cron expression {cron.Trim()}";
        if (isUnix)
            fields = ["0", .. fields];
        if (fields.Length < UnixFields + 1 || (fields.Length > UnixFields + 1 && fields[^1] is not "*") || fields[0] != "0" || fields[4] != "*")
            return verbatim;
        return (Often(fields[1], fields[2]), At(fields[1], fields[2])) switch
        {
            ({ } often, _) => On(often, fields[3], fields[5].ToUpperInvariant(), firstDay: isUnix ? 0 : 1, everyDay: often),
            (_, { } at) => On($"at {at}", fields[3], fields[5].ToUpperInvariant(), firstDay: isUnix ? 0 : 1, everyDay: $"every day at {at}"),
            _ => null,
        } ?? verbatim;
    }

    private static Sentence? Often(string minute, string hour) => (Number(minute), hour) switch
    {
        (null, "*") when minute == "*" || Step(minute) == 1 => (Sentence)"every minute",
        (null, "*") when Step(minute) is { } minutes => (Sentence)$"every {minutes} minutes",
        ({ } at, "*") => (Sentence)$"every hour at minute {at}",
        ({ } at, _) when Step(hour) is { } hours => (Sentence)$"every {hours} hours at minute {at}",
        _ => null,
    };

    private static Sentence? At(string minute, string hours)
    {
        int?[] all = [.. hours.Split(',').Select(Number)];
        return Number(minute) is not { } at || all.Contains(null)
            ? null : Sentence.Join(" and ", all.Select(hour => Sentence.Foreign(string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{at:00}"))));
    }

    /// <returns>Null when the days have no simple words.</returns>
    private static Sentence? On(Sentence time, string dayOfMonth, string dayOfWeek, int firstDay, Sentence everyDay) => (dayOfMonth, dayOfWeek) switch
    {
        ("*" or "?", "*" or "?") => everyDay,
        ("*" or "?", _) => OnWeekdays(time, dayOfWeek, firstDay),
        (_, "*" or "?") when Number(dayOfMonth) is { } day => (Sentence)$"{time} on day {day} of every month",
        _ => null,
    };

    private static Sentence? OnWeekdays(Sentence time, string text, int firstDay)
    {
        string[] range = text.Split('-');
        Sentence?[] days = [.. (range.Length == 2 ? range : text.Split(',')).Select(day => Weekday(day, firstDay))];
        if (range.Length > 2 || days.Any(day => day is null))
            return null;
        return range.Length == 2 ? (Sentence)$"{time} from {days[0]} to {days[1]}" : (Sentence)$"{time} on {Sentence.Join(" and ", days!)}";
    }

    private static Sentence? Weekday(string text, int firstDay)
    {
        int day = Number(text) is { } number ? (number - firstDay) % Days.Length : Array.IndexOf(Names, text);
        return day >= 0 ? Days[day] : null;
    }

    private static int? Step(string field) => field.Split('/') is ["*" or "0", { } step] ? Number(step) : null;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
