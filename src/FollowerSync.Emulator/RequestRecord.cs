namespace FollowerSync.Emulator;

/// <summary>One request as the emulator saw it.</summary>
/// <param name="At">When it was answered or given up.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">The path without the query.</param>
/// <param name="AppId">The account it was for; null where the request did not tell.</param>
/// <param name="OpenIds">Openids asked for, or listed in the answer.</param>
/// <param name="ErrCode">The errcode of the answer; 0 for success.</param>
/// <param name="Rid">The rid of an error.</param>
/// <param name="Fault">The faults it suffered, by name and with commas; empty for none.</param>
public sealed record RequestRecord(
    DateTimeOffset At, string Method, string Path, string? AppId, int OpenIds, int ErrCode, string? Rid, string Fault);
