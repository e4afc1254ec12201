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

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
