namespace FollowerSync.IntegrationTests.Operating;

/// <summary>How much of the week is lived through. <c>eng/operator-week.sh</c> sets the variable; without it one trouble is enough.</summary>
internal static class WeekOptions
{
    /// <summary>File the long form writes its table to.</summary>
    public static string? ReportFile => Environment.GetEnvironmentVariable("FOLLOWERSYNC_WEEK_REPORT") is { Length: > 0 } value ? value : null;
}
