using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary>A duration in the two units a person would name.</summary>
internal static class DurationText
{
    public static Sentence Of(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => (Sentence)$"{(int)duration.TotalDays} d {duration.Hours} h",
        { TotalHours: >= 1 } => $"{duration.Hours} h {duration.Minutes} min",
        { TotalMinutes: >= 1 } => $"{duration.Minutes} min {duration.Seconds} s",
        _ => $"{duration.TotalSeconds:0.#} s",
    };

    /// <summary>In hours and minutes however long it is, so that two can be compared at a glance; seconds only where they are all there is beside the hours.</summary>
    public static Sentence InHours(TimeSpan duration)
    {
        int hours = (int)duration.TotalHours;
        Sentence?[] parts =
        [
            hours > 0 ? (Sentence)$"{hours} h" : null,
            duration.Minutes > 0 ? (Sentence)$"{duration.Minutes} min" : null,
            (duration.Minutes == 0 && duration.Seconds > 0) || (hours == 0 && duration.Minutes == 0) ? (Sentence)$"{duration.Seconds} s" : null,
        ];
        return Sentence.Join(" ", parts.OfType<Sentence>());
    }
}
