namespace FollowerSync.Sync.Listings;

/// <summary>Whether a list that was read to its end can be believed to hold everybody.</summary>
internal static class Completeness
{
    private const long Tolerance = 20;
    private const double RelativeTolerance = 0.001;

    /// <summary>No quota spreads a list over more days; a clock that was set in the meantime must not make the list a bad witness.</summary>
    private const double LongestDays = 14;

    /// <summary>Null when the different openids agree with every number of followers WeChat named while the list was read, within 20 people or
    /// 0.1 %, since people come and leave meanwhile; else why not. A list that the quota spreads over days is allowed as much for every further day.</summary>
    public static string? WhyNot(long listed, long lowestTotal, long highestTotal, TimeSpan age)
    {
        long tolerance = Math.Max(Tolerance, (long)(highestTotal * RelativeTolerance)) * (1 + (long)Math.Clamp(age.TotalDays, 0, LongestDays));
        long named = Math.Abs(listed - lowestTotal) > Math.Abs(listed - highestTotal) ? lowestTotal : highestTotal;
        return Math.Abs(listed - named) > tolerance
            ? $"The list held {listed} different openids, but WeChat said the account has {named} followers"
            : null;
    }
}
