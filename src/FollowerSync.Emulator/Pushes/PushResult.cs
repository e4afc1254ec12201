namespace FollowerSync.Emulator.Pushes;

/// <summary>What came of a message.</summary>
/// <param name="IsAnswered">Whether an attempt was answered with status 200, so that WeChat does not send it again.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Status">Status of the last answer; null = there was none.</param>
/// <param name="Body">Body of the last answer.</param>
public sealed record PushResult(bool IsAnswered, int Attempts, int? Status, string Body);
