using FollowerSync.Emulator.Pushes;

namespace FollowerSync.Emulator;

/// <summary>The server configuration of an emulated account: where its events are pushed to, and how well that goes.</summary>
public sealed record EmulatedPushOptions
{
    /// <summary>The Token when none is named, known to everybody.</summary>
    public const string DefaultToken = "emulatedPushToken01";

    /// <summary>The EncodingAESKey when none is named, known to everybody.</summary>
    public const string DefaultEncodingAesKey = "e1emulatedEncodingAESKeyOfTheEmulatedAcc001";

    /// <summary>Where to: the URL of the server configuration.</summary>
    public required Uri Url { get; init; }

    /// <summary>The Token, by which requests are signed.</summary>
    public string Token { get; init; } = DefaultToken;

    /// <summary>The EncodingAESKey, 43 letters and digits.</summary>
    public string EncodingAesKey { get; init; } = DefaultEncodingAesKey;

    /// <summary>How messages are encrypted.</summary>
    public PushMode Mode { get; init; } = PushMode.Safe;

    /// <summary>Requests under way at once.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>How often a message is sent until it is answered with status 200.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>How long an answer is waited for, and the time from one attempt to the next.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many of a hundred events are never sent. 0 to 100.</summary>
    public double LostPercent { get; init; }

    /// <summary>How many of a hundred events are sent twice though the first was answered. 0 to 100.</summary>
    public double DuplicatePercent { get; init; }

    /// <summary>Every event waits for a random time up to this before it is sent, so that they come in another order.</summary>
    public TimeSpan LongestDelay { get; init; }
}
