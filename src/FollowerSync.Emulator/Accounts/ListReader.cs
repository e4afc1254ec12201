using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>Reads the list page by page: followers, those with a tag, or the blacklisted ones, behind a cursor.</summary>
internal sealed class ListReader(FollowerBook book)
{
    /// <summary>Fills the page with indices from the position on and says how many it found.</summary>
    public int Read(long position, Span<long> page, ListFilter filter = ListFilter.All, int argument = 0)
    {
        ChurnEpoch epoch = book.Epoch;
        int count = 0;
        for (; count < page.Length && position < book.Population.Size; position++)
        {
            long index = book.Population.IndexAt(position);
            if (book.IsListed(index, epoch) && Matches(index, epoch, filter, argument))
                page[count++] = index;
        }
        return count;
    }

    /// <summary>The position so many listed people before this one.</summary>
    public long Back(long position, int people)
    {
        ChurnEpoch epoch = book.Epoch;
        while (people > 0 && position > 0)
        {
            position--;
            people -= book.IsListed(book.Population.IndexAt(position), epoch) ? 1 : 0;
        }
        return position;
    }

    private bool Matches(long index, ChurnEpoch epoch, ListFilter filter, int argument) => filter switch
    {
        ListFilter.Tag => TagsOf(index, epoch, new int[TagBook.MaxTags]).Contains(argument),
        ListFilter.Blacklisted => book.IsBlacklisted(index),
        _ => true,
    };

    public ReadOnlySpan<int> TagsOf(long index, ChurnEpoch epoch, int[] tags)
    {
        if (book.SlotAt(index) is { } slot)
            return slot.Follower.TagIdList.ToArray();
        return tags.AsSpan(0, TagBook.Tags(book.Profiles.TagHash(index, book.Population.StateOf(index, epoch)), tags));
    }

    public int GroupOf(long index, ChurnEpoch epoch) =>
        book.SlotAt(index)?.Follower.GroupId ?? book.Profiles.Group(index, book.Population.StateOf(index, epoch));
}
