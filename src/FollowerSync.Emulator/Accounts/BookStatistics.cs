using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>Counts by tag, group and blacklist, made by one walk over all people when first asked for after a change.</summary>
internal sealed class BookStatistics(FollowerBook book)
{
    private readonly Lock _gate = new();
    private readonly ListReader _reader = new(book);
    private int _version = -1;
    private Counts? _counts;

    public Counts Read()
    {
        lock (_gate)
        {
            if (_counts is null || _version != book.Version)
            {
                _version = book.Version;
                _counts = Count();
            }
            return _counts;
        }
    }

    private Counts Count()
    {
        Counts counts = new();
        int[] scratch = new int[TagBook.MaxTags];
        ChurnEpoch epoch = book.Epoch;
        for (long index = 0; index < book.Population.Size; index++)
        {
            if (!book.IsListed(index, epoch))
                continue;
            foreach (int tag in _reader.TagsOf(index, epoch, scratch))
                Counts.Add(counts.Tags, TagBook.TagIndex(tag));
            Counts.Add(counts.Groups, TagBook.GroupIndex(_reader.GroupOf(index, epoch)));
            counts.Blacklisted += book.IsBlacklisted(index) ? 1 : 0;
        }
        return counts;
    }

    internal sealed class Counts
    {
        public long[] Tags { get; } = new long[TagBook.TagCount];

        public long[] Groups { get; } = new long[TagBook.GroupCount];

        public long Blacklisted { get; set; }

        public static void Add(long[] counts, int at)
        {
            if (at >= 0)
                counts[at]++;
        }
    }
}
