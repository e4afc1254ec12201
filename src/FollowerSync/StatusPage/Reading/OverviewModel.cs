namespace FollowerSync.StatusPage.Reading;

/// <summary>What the first page shows.</summary>
internal sealed record OverviewModel(IReadOnlyList<AccountCard> Accounts, IReadOnlyList<FiringAlert> Alerts, Machinery Machinery)
{
    /// <summary>By the database's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>When it is synced.</summary>
    public required ScheduleView Schedule { get; init; }
}
