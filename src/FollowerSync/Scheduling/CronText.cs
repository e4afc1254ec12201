using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Reads a cron expression of either dialect, told apart by the number of fields.</summary>
internal static partial class CronText
{
    private const int UnixFields = 5;

    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? cron)
    {
        int fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        cron = null;
        return !QuartzWildcardNumber().IsMatch(text) && CronExpression.TryParse(text, fields == UnixFields ? CronFormat.Unix : CronFormat.Quartz, out cron);
    }

    public static CronExpression Parse(string text, string timeZone) =>
        TryParse(text, out CronExpression? cron)
            ? cron.WithTimeZone(TimeZoneInfo.FindSystemTimeZoneById(timeZone))
            : throw new FormatException($"\"{text}\" is not a cron expression.");

    // Quartz keeps 98 and 99 as its inner marks of ? and *, and takes them in a field where they are out of range.
    [GeneratedRegex("(?<![0-9])9[89](?![0-9])", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex QuartzWildcardNumber();
}
