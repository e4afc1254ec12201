using System.Globalization;

namespace FollowerSync.CommandLine;

/// <summary>A duration in the two units a person would name.</summary>
internal static class DurationText
{
    public static string Of(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => Text($"{(int)duration.TotalDays} d {duration.Hours} h"),
        { TotalHours: >= 1 } => Text($"{duration.Hours} h {duration.Minutes} min"),
        { TotalMinutes: >= 1 } => Text($"{duration.Minutes} min {duration.Seconds} s"),
        _ => Text($"{duration.TotalSeconds:0.#} s"),
    };

    /// <summary>In hours and minutes however long it is, so that two can be compared at a glance; seconds only where they are all there is beside the hours.</summary>
    public static string InHours(TimeSpan duration)
    {
        int hours = (int)duration.TotalHours;
        string[] parts =
        [
            .. hours > 0 ? [Text($"{hours} h")] : Array.Empty<string>(),
            .. duration.Minutes > 0 ? [Text($"{duration.Minutes} min")] : Array.Empty<string>(),
            .. duration.Minutes == 0 && duration.Seconds > 0 ? [Text($"{duration.Seconds} s")] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "0 s" : string.Join(' ', parts);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
