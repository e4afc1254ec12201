using FollowerSync.Languages;

namespace FollowerSync.Readings;

/// <summary>Whether a tag's list that was read to its end can be believed to hold everybody who has the tag.</summary>
internal static class TagCompleteness
{
    private const long LeastTolerance = 20;

    /// <summary>Null when the different people agree with the numbers WeChat named before and after, or lie between them; else why not. A list without
    /// anybody is believed of a tag that nobody has.</summary>
    /// <param name="list">How the reading went.</param>
    /// <param name="rows">Rows of it that are stored.</param>
    /// <param name="people">Different people among them.</param>
    /// <param name="countAfter">People WeChat said had the tag when all lists were read.</param>
    public static Sentence? WhyNot(TagList list, long rows, long people, long? countAfter)
    {
        if (list.Failure is not null)
            return list.Failure;
        if (rows != list.Stored)
            return "PostgreSQL crashed while its list was read, and lost what was listed before";
        if (list.Count is not { } before || countAfter is not { } after)
            return "WeChat does not say how many people have it";

        (long least, long most) = (Math.Min(before, after), Math.Max(before, after));
        if (people == 0 && least > 0)
            return $"its list names nobody, but WeChat said {most} people have it";
        return people < least - ToleranceOf(least) || people > most + ToleranceOf(most)
            ? (Sentence)$"its list names {people} different people, but WeChat said {(people < least ? least : most)} have it"
            : null;
    }

    /// <summary>People who may get and lose a tag while its list is read: none of a small one, so that a list that lacks a few takes no tag from them.</summary>
    private static long ToleranceOf(long count) => Math.Max(Math.Min(LeastTolerance, count / 100), count / 1000);
}
