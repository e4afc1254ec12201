using System.Globalization;
using System.Text;
using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.CommandLine;

/// <summary>What a run holds, for people: the counts, and where to look further.</summary>
internal static class HeldText
{
    /// <summary>Where the text of a line begins, behind its number or its label.</summary>
    public const int TextColumn = 12;

    private const int MostLines = 12;

    public static string Of(SyncRun run, HeldChanges held, ZonedTime time)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Run {run.RunId} of {run.AppId} holds {held.Leaving:N0} people who would be marked as gone, and {held.UnionIds:N0} changed unionids.");
        if (held.HeldSince is { } since)
            text.AppendLine(CultureInfo.InvariantCulture, $"Since {time.Of(since)}.");
        Append(text, "by the way they came", held.ByScene);
        Append(text, "by the month they followed", held.ByMonth);
        Append(text, "by tag", held.ByTag);
        return text.Append(CultureInfo.InvariantCulture, $"""
            One by one: select * from wechat.held_changes where app_id = '{run.AppId}'
            Release it: followersync approve {run.RunId}
            Drop it:    followersync approve {run.RunId} --reject
            """).ToString();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<HeldShare> shares)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"  {title}");
        foreach (HeldShare share in shares.Take(MostLines))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {share.People,9:N0} {Printable.Of(share.Name)}");
        if (shares.Count > MostLines)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {shares.Skip(MostLines).Sum(share => share.People),9:N0} others");
    }
}
