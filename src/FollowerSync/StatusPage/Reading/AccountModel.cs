using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.StatusPage.Reading;

/// <summary>What the page of an account shows.</summary>
internal sealed record AccountModel(AccountCard Card, IReadOnlyList<FiringAlert> Alerts, IReadOnlyList<GrowthDay> Days, IReadOnlyList<SyncRun> Runs, IReadOnlyList<ApiQuota> Quotas)
{
    /// <summary>What else is wrong beside the alerts.</summary>
    public IReadOnlyList<Sentence> Notices { get; init; } = [];

    /// <summary>How many things wait for a person.</summary>
    public int Waiting => Alerts.Count + Notices.Count;

    /// <summary>When the schedule begins the next run; null = no worker lives, or the settings do not name it.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>When it is synced.</summary>
    public required ScheduleView Schedule { get; init; }
}
