namespace FollowerSync.StatusPage.Reading;

/// <summary>A day of an account, in Beijing; the names are those of <c>wechat.daily_totals</c>.</summary>
internal sealed record GrowthDay
{
    public DateTime Day { get; init; }

    /// <summary>Follows that began.</summary>
    public long New { get; init; }

    /// <summary>Leaves that surely happened; null = before the first complete run.</summary>
    public long? LeftAtLeast { get; init; }

    public long? LeftAtMost { get; init; }

    /// <summary>People who surely followed at the end of the day; null = before the first complete run.</summary>
    public long? AtLeast { get; init; }

    public long? AtMost { get; init; }

    /// <summary>Followers by WeChat's books; null = not read.</summary>
    public long? Books { get; init; }
}
