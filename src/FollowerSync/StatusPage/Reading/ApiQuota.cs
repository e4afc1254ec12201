using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.StatusPage.Reading;

/// <summary>Today's calls of an API that was called today.</summary>
internal sealed record ApiQuota
{
    public string Api { get; init; } = "";

    /// <summary>Those of this program.</summary>
    public long Calls { get; init; }

    /// <summary>Those of other systems, as far as WeChat told today.</summary>
    public long Others { get; init; }

    /// <summary>As WeChat said the last time it was asked, today or on a day before; null = never.</summary>
    public long? DailyLimit { get; init; }

    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>As runs reckon it; null while no limit is known.</summary>
    public DayQuota? OfDay(double reservePercent) => DailyLimit is { } limit
        ? DayQuota.Of(Api, new QuotaAnswer(limit, Calls + Others, limit - Calls - Others), Calls, reservePercent) : null;
}
