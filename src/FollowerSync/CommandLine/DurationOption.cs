using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FollowerSync.CommandLine;

/// <summary>A duration on the command line: as in the settings (<c>1.02:00:00</c>), with more hours than a day has (<c>26:00:00</c>), or with one unit (<c>26h</c>, <c>90m</c>, <c>2d</c>).</summary>
internal static partial class DurationOption
{
    /// <exception cref="UsageException">It is no duration.</exception>
    public static TimeSpan? Read(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text ? null : Of(text)
        ?? throw new UsageException($"{option.Name} takes a duration such as 26h, 2d, 26:00:00 or 1.02:00:00 (days.hours:minutes:seconds).");

    /// <summary>The duration; null when the text is none.</summary>
    public static TimeSpan? Of(string text)
    {
        Match match = Duration().Match(text.Trim());
        return match.Success && Seconds(match) is var seconds && seconds <= TimeSpan.FromDays(3_650).TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static double Seconds(Match match) =>
        (Part(match, "days") * 24 + Part(match, "hours")) * 3_600 + Part(match, "minutes") * 60 + Part(match, "seconds");

    private static double Part(Match match, string name) => match.Groups[name] is { Success: true } group ? double.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        "^((?<days>[0-9]{1,5})d|(?<hours>[0-9]{1,6})h|(?<minutes>[0-9]{1,7})m(in)?|(?<seconds>[0-9]{1,9})s|((?<days>[0-9]{1,5})\\.)?(?<hours>[0-9]{1,6}):(?<minutes>[0-5][0-9]):(?<seconds>[0-5][0-9]))$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Duration();
}
