namespace FollowerSync.Emulator;

/// <summary>Which calls go wrong, and how.</summary>
public sealed record FaultRule
{
    /// <summary>What goes wrong.</summary>
    public required FaultKind Fault { get; init; }
}
