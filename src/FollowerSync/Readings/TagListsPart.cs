using FollowerSync.Database;
using FollowerSync.Facts;
using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Readings;

/// <summary>Brings everybody's <c>tagid_list</c> up to date from the lists of the tags. A list that is not whole changes nobody's tags, and is named.</summary>
/// <param name="client">Its calls.</param>
/// <param name="reader">Reads the lists.</param>
/// <param name="database">Where the dates stand.</param>
/// <param name="lease">The account's.</param>
/// <param name="mergeSize">People changed in one transaction.</param>
internal sealed class TagListsPart(WeChatClient client, TagListReader reader, FollowerDatabase database, RunLease lease, int mergeSize) : IAccountPart
{
    public const string PartName = "tag_lists";

    /// <summary>Tags named in one message; the rest is counted.</summary>
    private const int MostNamed = 5;

    public string Name => PartName;

    public DateTimeOffset NextAt(DateTimeOffset now) => BeijingDay.Next(now, TimeSpan.Zero);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await lease.RunAsync(tx => TagListStore.ClearAsync(tx, lease.AppId), cancellationToken);
        try
        {
            await ReadAndMergeAsync(cancellationToken);
        }
        finally
        {
            await lease.RunAsync(tx => TagListStore.ClearAsync(tx, lease.AppId), cancellationToken);
        }
    }

    private async Task ReadAndMergeAsync(CancellationToken cancellationToken)
    {
        Dictionary<int, long?> before = await CountAsync(cancellationToken);
        TagList[] due = await FindDueAsync(before, cancellationToken);
        IReadOnlyList<TagList> read = await reader.ReadAsync(due, cancellationToken);
        if (reader.Stop is { } stop && read.All(list => list.Failure is not null))
            throw stop;

        Dictionary<int, long?> after = await CountAsync(cancellationToken);
        (Dictionary<int, Sentence> refused, int different) = await lease.RunAsync(tx => CompareAsync(tx, read, after), cancellationToken);
        int[] whole = WholeOf(read, refused);
        int[] missed = [.. due.Select(list => list.TagId).Except(whole).Where(before.ContainsKey).Order()];
        await MergeAsync(whole, different, isWhole: missed.Length == 0 && after.Keys.All(before.ContainsKey), cancellationToken);
        if (missed.Length == 0)
            return;

        Sentence why = Describe(missed, refused, before.Count);
        throw reader.Stop is { } cause ? cause.Because(why) : new ListingBrokenException(why);
    }

    private async Task<Dictionary<int, long?>> CountAsync(CancellationToken cancellationToken) =>
        (await client.GetTagsAsync(cancellationToken)).DistinctBy(tag => tag.Id).ToDictionary(tag => tag.Id, tag => tag.Count);

    /// <summary>Those that were read longest ago come first: should the calls never suffice for all, it is not always the same that are left out.</summary>
    private async Task<TagList[]> FindDueAsync(Dictionary<int, long?> counts, CancellationToken cancellationToken)
    {
        var known = await database.RunAsync(tx => TagListDates.ReadAsync(tx, lease.AppId), cancellationToken);
        IEnumerable<int> deleted = known.Where(tag => tag.Value.IsNewlyDeleted && !counts.ContainsKey(tag.Key)).Select(tag => tag.Key);
        return
        [
            .. counts.Keys.Concat(deleted)
                .OrderBy(tag => known.GetValueOrDefault(tag).ReadAt ?? DateTimeOffset.MinValue).ThenBy(tag => tag)
                .Select(tag => new TagList(tag, counts.GetValueOrDefault(tag))),
        ];
    }

    /// <summary>Judges the lists and compares those that are whole, in one transaction: a crash of PostgreSQL empties them, and the attempt after it would find that nobody has a tag.</summary>
    /// <returns>Why lists cannot be believed, by tag; and of how many people the others tell the tags otherwise.</returns>
    private async Task<(Dictionary<int, Sentence> Refused, int Different)> CompareAsync(Transaction tx, IReadOnlyList<TagList> read, Dictionary<int, long?> after)
    {
        Dictionary<int, Sentence> refused = Judge(read, after, await TagListStore.CountAsync(tx, lease.AppId));
        await DailyFacts.DoubtAsync(tx, lease.AppId);
        return (refused, await TagMerge.CompareAsync(tx, lease.AppId, WholeOf(read, refused)));
    }

    /// <summary>Why lists cannot be believed, by tag. That a tag is deleted takes two answers: it is named no more, and has no list.</summary>
    private static Dictionary<int, Sentence> Judge(IReadOnlyList<TagList> read, Dictionary<int, long?> after, Dictionary<int, (long Rows, long People)> stored)
    {
        Dictionary<int, Sentence> refused = [];
        foreach (TagList list in read.Where(list => !list.IsUnknown || after.ContainsKey(list.TagId)))
        {
            (long rows, long people) = stored.GetValueOrDefault(list.TagId);
            Sentence? whyNot = after.TryGetValue(list.TagId, out long? count)
                ? TagCompleteness.WhyNot(list, rows, people, count)
                : "it was deleted while the lists were read, or is named no more and still has a list";
            if (whyNot is not null)
                refused[list.TagId] = whyNot;
        }

        return refused;
    }

    private static int[] WholeOf(IReadOnlyList<TagList> read, Dictionary<int, Sentence> refused) => [.. read.Select(list => list.TagId).Where(tag => !refused.ContainsKey(tag))];

    private async Task MergeAsync(int[] whole, int different, bool isWhole, CancellationToken cancellationToken)
    {
        string? through = "";
        while (through is not null)
        {
            string after = through;
            through = (await lease.RunAsync(tx => TagMerge.ApplyAsync(tx, lease.AppId, isWhole, after, mergeSize), cancellationToken)).Through;
        }

        await lease.RunAsync(
            async tx =>
            {
                if (await TagMerge.CountDifferentAsync(tx, lease.AppId) != different)
                    throw new ListingBrokenException("PostgreSQL crashed while what the lists tell was stored, and lost the rest. What is stored is right; the lists are read again.");
                await TagListDates.MarkAsync(tx, lease.AppId, whole);
            },
            cancellationToken);
    }

    private static Sentence Describe(int[] missed, Dictionary<int, Sentence> refused, int all)
    {
        IEnumerable<Sentence> named = missed.Take(MostNamed).Select(tag => (Sentence)$"{tag} ({(refused.TryGetValue(tag, out Sentence? why) ? why.WithoutStop() : "not asked for")})");
        Sentence more = missed.Length > MostNamed ? (Sentence)$" and {missed.Length - MostNamed} more" : "";
        return $"Of {all} tags {all - missed.Length} were read as lists. Who has the others stays as it was known, until a list of theirs is whole or a profile tells: {Sentence.Join(", ", named)}{more}.";
    }
}
