namespace FollowerSync.Emulator.Visitors;

/// <summary>How the visitors of web authorisation behave. Every share is in percent, by turns: 25 = each fourth.</summary>
public sealed record VisitorOptions
{
    /// <summary>How many of a hundred visitors do not follow the account. 0 to 100.</summary>
    public double StrangersPercent { get; init; } = 25;

    /// <summary>How many of a hundred come back without a code, as if they had refused. 0 to 100.</summary>
    public double RefusePercent { get; init; }

    /// <summary>How many of a hundred look at a snapshot of the page. 0 to 100.</summary>
    public double SnapshotPercent { get; init; }

    /// <summary>How long a code works.</summary>
    public TimeSpan CodeLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The host that <c>redirect_uri</c> must have, as entered in WeChat's console; null = any.</summary>
    public string? Domain { get; init; }
}
