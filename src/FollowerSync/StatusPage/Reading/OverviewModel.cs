using FollowerSync.Languages;

namespace FollowerSync.StatusPage.Reading;

/// <summary>What the first page shows.</summary>
internal sealed record OverviewModel(IReadOnlyList<AccountCard> Accounts, IReadOnlyList<FiringAlert> Alerts, Machinery Machinery)
{
    /// <summary>By the database's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Why nobody who left is anonymised; null = they are, or need not be.</summary>
    public Sentence? NobodyAnonymised { get; init; }

    /// <summary>What else is wrong beside the alerts.</summary>
    public IReadOnlyList<Sentence> Notices { get; init; } = [];

    /// <summary>How many things wait for a person.</summary>
    public int Waiting => Alerts.Count + Notices.Count + (NobodyAnonymised is null ? 0 : 1);

    /// <summary>When it is synced.</summary>
    public required ScheduleView Schedule { get; init; }
}
