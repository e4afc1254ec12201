using System.Globalization;
using FollowerSync.Runs;
using Spectre.Console.Rendering;

namespace FollowerSync.CommandLine;

/// <summary>Where a run stands, in words.</summary>
internal static class ProgressText
{
    /// <summary>Profiles that take as many calls as so many openids of the list: a page has 10,000, a batch 100.</summary>
    private const double ListedAProfile = 100;

    /// <summary>What is left after the last call, such as marking who has gone, takes its time too.</summary>
    private const double MostPercent = 99;

    private static readonly TimeSpan LongestEstimate = TimeSpan.FromDays(30);

    /// <summary>Share done of the calls of the whole run, 0 to 99.</summary>
    public static double Percent(SyncProgress progress)
    {
        if (progress.Phase == SyncPhase.Closing)
            return MostPercent;
        double goal = progress.Expected + progress.Total / ListedAProfile;
        return goal > 0 ? Math.Min(MostPercent, 100 * (progress.Fetched + progress.Listed / ListedAProfile) / goal) : 0;
    }

    /// <summary>All there is to say.</summary>
    public static string Of(SyncProgress progress, Pace pace) => Join(Counts(progress), PerSecond(progress, pace), Left(progress, pace));

    /// <summary>As much of it as fits.</summary>
    /// <param name="name">The account.</param>
    /// <param name="progress">Where it stands.</param>
    /// <param name="pace">How fast it moves.</param>
    /// <param name="width">Columns there are.</param>
    public static string Fitting(string name, SyncProgress progress, Pace pace, int width)
    {
        string left = Left(progress, pace);
        string[] texts =
        [
            Join(name, Counts(progress), PerSecond(progress, pace), left), Join(name, Counts(progress), left), Join(name, Profiles(progress), left), Join(name, left),
        ];
        return texts.FirstOrDefault(text => new Segment(text).CellCount() <= width) ?? name;
    }

    private static string Counts(SyncProgress progress) => progress switch
    {
        { Phase: SyncPhase.Closing } => Text($"closing, {progress.Merged:N0} merged"),
        { Total: 0 } => "asking for the list",
        { Phase: SyncPhase.Listing } when progress.Listed < progress.Total => Join(Text($"listed {progress.Listed:N0} of {progress.Total:N0}"), Profiles(progress)),
        { Expected: 0 } => "nobody to ask for",
        _ => Profiles(progress),
    };

    private static string Profiles(SyncProgress progress) => progress.Expected > 0
        ? Text($"profiles {progress.Fetched:N0} of {(progress.Phase < SyncPhase.Refreshing ? "about " : "")}{progress.Expected:N0}") : "";

    private static string PerSecond(SyncProgress progress, Pace pace) => progress.Phase != SyncPhase.Closing && pace.Fetched >= 1 ? Text($"{pace.Fetched:N0}/s") : "";

    // Nothing while no profile was answered: how fast the list comes says nothing about them.
    private static string Left(SyncProgress progress, Pace pace)
    {
        if (progress.Phase == SyncPhase.Closing || pace.Fetched <= 0)
            return "";
        double seconds = (progress.Expected - progress.Fetched) / pace.Fetched;
        if (pace.Listed > 0)
            seconds = Math.Max(seconds, (progress.Total - progress.Listed) / pace.Listed);
        return seconds > 0 && seconds < LongestEstimate.TotalSeconds
            ? $"{TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString(seconds < 86_400 ? @"hh\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture)} left"
            : "";
    }

    private static string Join(params IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
