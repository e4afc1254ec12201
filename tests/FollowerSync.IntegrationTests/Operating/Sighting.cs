namespace FollowerSync.IntegrationTests.Operating;

/// <summary>What one place said of a trouble.</summary>
/// <param name="After">How long after the trouble began; null = it said nothing.</param>
/// <param name="Text">The words.</param>
internal sealed record Sighting(TimeSpan? After, string Text)
{
    public static Sighting None { get; } = new(null, "");
}

/// <summary>What all places said of a trouble, and how long it took until none did any more.</summary>
internal sealed record Sightings(Trouble Trouble, Sighting Page, Sighting Alert, Sighting Log, Sighting Status)
{
    /// <summary>How long the schedule took to begin the first run that met it; null = no run had to.</summary>
    public TimeSpan? UntilRun { get; init; }

    /// <summary>From what mended it until page and <c>status</c> had nothing left to say and the alert was told as over; null = never.</summary>
    public TimeSpan? Recovery { get; init; }
}
