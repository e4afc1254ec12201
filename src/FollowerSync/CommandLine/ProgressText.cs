using System.Globalization;
using FollowerSync.Languages;
using FollowerSync.Runs;

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
    public static Sentence Of(SyncProgress progress, Pace pace) => Join(Counts(progress), PerSecond(progress, pace), Left(progress, pace));

    /// <summary>As much of it as fits.</summary>
    /// <param name="account">The account.</param>
    /// <param name="progress">Where it stands.</param>
    /// <param name="pace">How fast it moves.</param>
    /// <param name="width">Columns there are.</param>
    /// <param name="language">In which language they must do.</param>
    public static string Fitting(string account, SyncProgress progress, Pace pace, int width, Language language = Language.English)
    {
        Sentence name = Sentence.Foreign(account), left = Left(progress, pace);
        Sentence[] texts =
        [
            Join(name, Counts(progress), PerSecond(progress, pace), left), Join(name, Counts(progress), left), Join(name, Profiles(progress), left), Join(name, left),
        ];
        return texts.Select(text => text.In(language)).FirstOrDefault(text => TextFold.CellsOf(text) <= width) ?? account;
    }

    private static Sentence Counts(SyncProgress progress) => progress switch
    {
        { Phase: SyncPhase.Closing } => (Sentence)$"closing, {progress.Merged:N0} merged",
        { Total: 0 } => "asking for the list",
        { Phase: SyncPhase.Listing } when progress.Listed < progress.Total => Join($"listed {progress.Listed:N0} of {progress.Total:N0}", Profiles(progress)),
        { Expected: 0 } => "nobody to ask for",
        _ => Profiles(progress),
    };

    private static Sentence Profiles(SyncProgress progress) => progress.Expected > 0
        ? progress.Phase < SyncPhase.Refreshing ? (Sentence)$"profiles {progress.Fetched:N0} of about {progress.Expected:N0}" : $"profiles {progress.Fetched:N0} of {progress.Expected:N0}" : Sentence.Empty;

    private static Sentence PerSecond(SyncProgress progress, Pace pace) => progress.Phase != SyncPhase.Closing && pace.Fetched >= 1 ? (Sentence)$"{pace.Fetched:N0}/s" : Sentence.Empty;

    // Nothing while no profile was answered: how fast the list comes says nothing about them.
    private static Sentence Left(SyncProgress progress, Pace pace)
    {
        if (progress.Phase == SyncPhase.Closing || pace.Fetched <= 0)
            return Sentence.Empty;
        double seconds = (progress.Expected - progress.Fetched) / pace.Fetched;
        if (pace.Listed > 0)
            seconds = Math.Max(seconds, (progress.Total - progress.Listed) / pace.Listed);
        return seconds > 0 && seconds < LongestEstimate.TotalSeconds
            ? (Sentence)$"{TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString(seconds < 86_400 ? @"hh\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture)} left"
            : Sentence.Empty;
    }

    private static Sentence Join(params IEnumerable<Sentence> parts) => Sentence.Join(", ", parts.Where(part => !part.Equals(Sentence.Empty)));
}
