namespace FollowerSync.Arrivals;

/// <summary>Somebody to ask WeChat about, and why.</summary>
/// <param name="AppId">The account.</param>
/// <param name="Fingerprint">SHA-256 of what arrived; the same again is the same arrival.</param>
/// <param name="OpenId">The person; empty for an event that names none.</param>
/// <param name="Kind">One of <see cref="ArrivalKinds"/>, or another event of WeChat in lower case.</param>
/// <param name="EventKey">What the event says besides; null = nothing.</param>
/// <param name="HappenedAt">When it happened, by WeChat's clock; null = when it is stored.</param>
/// <param name="Source">By which way.</param>
/// <param name="IsTrusted">Whether WeChat's signature covers the whole message.</param>
internal sealed record Arrival(
    string AppId, byte[] Fingerprint, string OpenId, string Kind, string? EventKey, DateTimeOffset? HappenedAt, ArrivalSource Source, bool IsTrusted);
