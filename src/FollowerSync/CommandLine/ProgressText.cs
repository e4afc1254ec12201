using System.Globalization;
using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>Where a run stands, in words.</summary>
internal static class ProgressText
{
    private static readonly TimeSpan LongestEstimate = TimeSpan.FromDays(30);

    public static long Done(SyncProgress progress) => progress.Phase == SyncPhase.Listing ? progress.Listed : progress.Fetched;

    public static long Goal(SyncProgress progress) => progress.Phase == SyncPhase.Listing ? progress.Total : progress.Planned;

    /// <summary>Share done of the present phase, 0 to 100.</summary>
    public static double Percent(SyncProgress progress)
    {
        if (progress.Phase == SyncPhase.Closing)
            return 100;
        long goal = Goal(progress);
        return goal > 0 ? Math.Min(100, 100.0 * Done(progress) / goal) : 0;
    }

    public static string Of(SyncProgress progress, double perSecond)
    {
        if (progress.Phase == SyncPhase.Closing)
            return $"closing, {progress.Merged:N0} merged";

        string what = progress.Phase switch
        {
            SyncPhase.Listing => "listing",
            SyncPhase.Confirming => "confirming",
            _ => "fetching",
        };
        string pace = perSecond >= 1 ? string.Create(CultureInfo.InvariantCulture, $", {perSecond:N0}/s{Left(progress, perSecond)}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{what} {Done(progress):N0} of {Goal(progress):N0}{pace}");
    }

    private static string Left(SyncProgress progress, double perSecond)
    {
        double seconds = (Goal(progress) - Done(progress)) / perSecond;
        return seconds > 0 && seconds < LongestEstimate.TotalSeconds
            ? $", {TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString(seconds < 86_400 ? @"hh\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture)} left"
            : "";
    }
}
