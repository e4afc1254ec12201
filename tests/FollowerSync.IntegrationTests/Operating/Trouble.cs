namespace FollowerSync.IntegrationTests.Operating;

/// <summary>Something that goes wrong in an operator's week.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Alert">The alert that tells it; null = none can: nobody is there to send it.</param>
/// <param name="BreakAsync">Begins it.</param>
/// <param name="MendAsync">What a person does about it, or what passes by itself.</param>
internal sealed record Trouble(string Name, string? Alert, Func<Week, Task> BreakAsync, Func<Week, Task> MendAsync)
{
    /// <summary>What page, alert and <c>status</c> say of it alike: a pattern.</summary>
    public required string Says { get; init; }

    /// <summary>What the page says, where that differs.</summary>
    public string? PageSays { get; init; }

    /// <summary>What <c>status</c> says, where that differs.</summary>
    public string? StatusSays { get; init; }

    /// <summary>What the log says; null = nobody is there to write it.</summary>
    public required string? LogSays { get; init; }

    /// <summary>Whether the alert comes only when it is over.</summary>
    public bool IsToldAfterwards { get; init; }

    /// <summary>What mends it, for the report.</summary>
    public required string Remedy { get; init; }
}
