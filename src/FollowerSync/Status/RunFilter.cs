namespace FollowerSync.Status;

/// <summary>Which runs are meant.</summary>
internal sealed record RunFilter
{
    /// <summary>Most runs that are read at once.</summary>
    public const int MostRuns = 1_000;

    /// <summary>Of this account only; null = of all.</summary>
    public string? AppId { get; init; }

    /// <summary>Those that began or ended then or later, or still run; null = whenever.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Instead of the others, the runs of arrivals that did not succeed, those that go on included: the rest come by the thousand a day.</summary>
    public bool FailedArrivals { get; init; }

    /// <summary>No more than these, newest first.</summary>
    public int Count { get; init; } = MostRuns;
}
