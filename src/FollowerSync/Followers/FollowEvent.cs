namespace FollowerSync.Followers;

/// <summary>A trusted event of WeChat: one whose signature covers the whole message.</summary>
/// <param name="OpenId">The person.</param>
/// <param name="Kind">What happened.</param>
/// <param name="HappenedAt">When, by WeChat's clock, in whole seconds.</param>
/// <param name="Scene">The event key as it came: <c>qrscene_…</c> of a follow by QR code, the bare scene of a scan; null or empty = none.</param>
/// <param name="Fingerprint">SHA-256 of the message; the same again is the same event.</param>
internal sealed record FollowEvent(string OpenId, FollowEventKind Kind, DateTimeOffset HappenedAt, string? Scene, byte[] Fingerprint);
