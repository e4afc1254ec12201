namespace FollowerSync.Benchmarks;

/// <summary>What one process of a contestant took.</summary>
/// <param name="Followers">Followers it handled.</param>
/// <param name="Seconds">From its first call to its last commit; starting the process is not counted.</param>
/// <param name="CpuSeconds">Processor time of the process, its start included.</param>
/// <param name="AllocatedBytes">Managed memory it allocated.</param>
/// <param name="PeakBytes">Its largest resident memory.</param>
/// <param name="Calls">Calls the emulator counted.</param>
/// <param name="WalBytes">Write-ahead log PostgreSQL wrote meanwhile.</param>
internal sealed record Measurement(long Followers, double Seconds, double CpuSeconds, long AllocatedBytes, long PeakBytes, long Calls, long WalBytes)
{
    public double PerSecond => Followers / Seconds;
}
