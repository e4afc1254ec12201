using System.Collections.Concurrent;
using System.Text;
using FollowerSync.Emulator.People;

namespace FollowerSync.Emulator.Accounts;

/// <summary>The tags that <c>tags/get</c> names. All accounts begin with the same ones.</summary>
public sealed class EmulatedTags
{
    private readonly ConcurrentDictionary<int, string?> _changed = new();

    /// <summary>Number and name of every tag, in the order of <c>tags/get</c>.</summary>
    public IReadOnlyDictionary<int, string> Names =>
        Enumerable.Range(0, TagBook.TagCount).Select(TagBook.TagId).Where(Exists).ToDictionary(id => id, id => Encoding.UTF8.GetString(Name(id)));

    /// <summary>Gives a tag another name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tag.</exception>
    public void Rename(int tagId, string name) => _changed[Known(tagId)] = name;

    /// <summary>Deletes a tag: <c>tags/get</c> does not name it any more, and its list is refused. Profiles keep its number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such tag.</exception>
    public void Delete(int tagId) => _changed[Known(tagId)] = null;

    internal bool Exists(int tagId) => !_changed.TryGetValue(tagId, out string? name) || name is not null;

    internal ReadOnlySpan<byte> Name(int tagId) =>
        _changed.TryGetValue(tagId, out string? name) ? Encoding.UTF8.GetBytes(name ?? "") : TagBook.TagName(TagBook.TagIndex(tagId));

    private static int Known(int tagId) =>
        TagBook.TagIndex(tagId) >= 0 ? tagId : throw new ArgumentOutOfRangeException(nameof(tagId), tagId, "There is no such tag.");
}
