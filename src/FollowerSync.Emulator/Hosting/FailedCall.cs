namespace FollowerSync.Emulator.Hosting;

internal sealed record FailedCall(string Rid, string? AppId, long Time, string Url, string Body, string Answer);
