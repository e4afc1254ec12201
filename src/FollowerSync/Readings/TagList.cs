using FollowerSync.Languages;

namespace FollowerSync.Readings;

/// <summary>A tag, and how the reading of its list went.</summary>
/// <param name="TagId">Number of the tag.</param>
/// <param name="Count">People WeChat said had it before its list was read; null = not told, or the tag is deleted.</param>
internal sealed record TagList(int TagId, long? Count)
{
    /// <summary>Rows that were stored of it.</summary>
    public long Stored { get; init; }

    /// <summary>Whether WeChat says that there is no such tag.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Why it was not read to its end; null = it was.</summary>
    public Sentence? Failure { get; init; }
}
