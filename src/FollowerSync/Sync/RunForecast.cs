using FollowerSync.Languages;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Sync;

/// <summary>What a sync of one account would do now.</summary>
internal sealed record RunForecast
{
    /// <summary>Followers WeChat says the account has.</summary>
    public required long WechatTotal { get; init; }

    /// <summary>Followers stored as following.</summary>
    public required long Following { get; init; }

    /// <summary>Calls of <c>user/get</c>.</summary>
    public required long ListCalls { get; init; }

    /// <summary>Calls of <c>user/info/batchget</c>.</summary>
    public required long ProfileCalls { get; init; }

    /// <summary>Calls for the lists of tags, after the run; null = not as things are set, or WeChat does not tell.</summary>
    public required long? TagCalls { get; init; }

    /// <summary>What a night costs with each way of refreshing, when everybody is known.</summary>
    public required IReadOnlyList<ForecastWay> Ways { get; init; }

    /// <summary>People who would be stored for the first time, at least: the list is not read for a plan.</summary>
    public required long ExpectedAdded { get; init; }

    /// <summary>People who would be confirmed gone, at least.</summary>
    public required long ExpectedGone { get; init; }

    /// <summary>Days of a turn when profiles are refreshed in rotation; null = all in every run.</summary>
    public required int? RotateDays { get; init; }

    /// <summary>What is left today for listing.</summary>
    public required DayQuota ListQuota { get; init; }

    /// <summary>What is left today for profiles.</summary>
    public required DayQuota ProfileQuota { get; init; }

    /// <summary>Time the calls take when nothing waits for the quota, from the account's last succeeded run or else from the time one call took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Days the quota spreads the round over; 1 = today is enough.</summary>
    public required int Days { get; init; }

    /// <summary>What a person should know before the run.</summary>
    public required IReadOnlyList<Sentence> Warnings { get; init; }
}
