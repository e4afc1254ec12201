using System.Globalization;
using FollowerSync.Languages;
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

    public static Sentence Of(SyncRun run, HeldChanges held, ZonedTime time) => Sentence.Join("\n",
    [
        $"Run {run.RunId} of {run.AppId} holds {held.Amount.Leaving:N0} people who would be marked as gone, and {held.Amount.UnionIds:N0} changed unionids.",
        .. held.HeldSince is { } since ? [$"Since {time.Of(since)}."] : Array.Empty<Sentence>(),
        .. held.CountedAt is { } counted ? [$"What they have in common was counted at {time.Of(counted)}; whoever came back since is still among them:"] : Array.Empty<Sentence>(),
        .. Shares("by the way they came", held.Shares.ByScene),
        .. Shares("by the month they followed", held.Shares.ByMonth),
        .. Shares("by tag", held.Shares.ByTag),
        $"One by one: select * from wechat.held_changes where app_id = '{run.AppId}'",
        $"Release it: followersync approve {run.RunId}",
        $"Drop it:    followersync approve {run.RunId} --reject",
    ]);

    /// <summary>A number, and behind it what it counts.</summary>
    public static Sentence Count(long number, Sentence what, int column = TextColumn) => what.With(text => $"{number.ToString("N0", CultureInfo.InvariantCulture).PadLeft(column - 1)} {text}");

    private static IEnumerable<Sentence> Shares(Sentence title, IReadOnlyList<HeldShare> shares) =>
    [
        title.With(text => "  " + text),
        .. shares.Take(MostLines).Select(share => Count(share.People, Sentence.Foreign(Printable.Of(share.Name)))),
        .. shares.Count > MostLines ? [Count(shares.Skip(MostLines).Sum(share => share.People), "others")] : Array.Empty<Sentence>(),
    ];
}
