using FollowerSync.Languages;

namespace FollowerSync.Sync.Listings;

/// <summary>Whether a list that was read to its end can be believed to hold everybody.</summary>
internal static class Completeness
{
    /// <summary>So many lists one behind the other that differ alike from WeChat's count are no short lists: WeChat counts otherwise than it lists.</summary>
    public const int ListsAlike = 3;

    private const long LeastTolerance = 20;
    private const double RelativeTolerance = 0.001;

    /// <summary>No quota spreads a list over more days; a clock that was set in the meantime must not make the list a bad witness.</summary>
    private const double LongestDays = 14;

    /// <summary>Null when the different openids agree with every number of followers WeChat named while the list was read, within 20 people or
    /// 0.1 %, since people come and leave meanwhile; else why not. A list that the quota spreads over days is allowed as much for every further day.</summary>
    public static Sentence? WhyNot(long listed, long lowestTotal, long highestTotal, TimeSpan age)
    {
        long difference = DifferenceOf(listed, lowestTotal, highestTotal);
        return Math.Abs(difference) > ToleranceOf(highestTotal, age)
            ? (Sentence)$"The list held {listed} different openids, but WeChat said the account has {listed + difference} followers"
            : null;
    }

    /// <summary>How many more followers WeChat named than the list holds, by the number that is furthest from it; negative: fewer.</summary>
    public static long DifferenceOf(long listed, long lowestTotal, long highestTotal) =>
        (Math.Abs(listed - lowestTotal) > Math.Abs(listed - highestTotal) ? lowestTotal : highestTotal) - listed;

    /// <summary>People who may come and leave while a list is read.</summary>
    public static long ToleranceOf(long highestTotal, TimeSpan age) =>
        Math.Max(LeastTolerance, (long)(highestTotal * RelativeTolerance)) * (1 + (long)Math.Clamp(age.TotalDays, 0, LongestDays));

    /// <summary>How many lists, this one and those right before it, differ alike from WeChat's count.</summary>
    /// <param name="difference">Of this list.</param>
    /// <param name="before">Of the lists before that were read to their end, newest first.</param>
    /// <param name="tolerance">People by which differences that are alike may differ.</param>
    public static int CountAlike(long difference, IEnumerable<long> before, long tolerance) =>
        1 + before.TakeWhile(other => Math.Sign(other) == Math.Sign(difference) && Math.Abs(other - difference) <= tolerance).Count();
}
