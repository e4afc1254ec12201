namespace FollowerSync.Emulator;

/// <summary>One emulated Official Account.</summary>
public sealed record EmulatedAccountOptions
{
    /// <summary><c>wx</c> and 16 hex digits, as WeChat gives them.</summary>
    public required string AppId { get; init; }

    /// <summary>The secret that <c>token</c> and <c>stable_token</c> ask for.</summary>
    public required string AppSecret { get; init; }

    /// <summary>Followers at the start; null takes <see cref="EmulatorOptions.Followers"/>.</summary>
    public int? Followers { get; init; }

    /// <summary>The account's own seed; null derives one from <see cref="EmulatorOptions.Seed"/> and the AppId.</summary>
    public int? Seed { get; init; }

    /// <summary>Where events are pushed to; null = nowhere.</summary>
    public EmulatedPushOptions? Push { get; init; }
}
