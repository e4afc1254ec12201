using FollowerSync.Runs;

namespace FollowerSync.StatusPage.Reading;

/// <summary>What the page of an account shows.</summary>
internal sealed record AccountModel(AccountCard Card, IReadOnlyList<FiringAlert> Alerts, IReadOnlyList<GrowthDay> Days, IReadOnlyList<SyncRun> Runs, IReadOnlyList<ApiCalls> Usage)
{
    /// <summary>When the schedule begins the next run; null = no worker lives.</summary>
    public DateTimeOffset? NextRunAt { get; init; }
}

/// <summary>Calls of today by API.</summary>
internal sealed record ApiCalls(string Api, long Calls);
