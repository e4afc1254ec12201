using System.Diagnostics;

namespace FollowerSync.Benchmarks;

/// <summary>A whole process, from its start to its end, and what PostgreSQL spent on it meanwhile.</summary>
/// <param name="Seconds">From start to end.</param>
/// <param name="OwnSeconds">Its processor time.</param>
/// <param name="PostgresSeconds">Processor time of PostgreSQL.</param>
/// <param name="PeakBytes">Its largest resident memory.</param>
internal sealed record WholeProcess(double Seconds, double OwnSeconds, double PostgresSeconds, long PeakBytes)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Time for PostgreSQL's processes of it to end: those that are about to are counted nowhere.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    public static async Task<WholeProcess> RunAsync(ProcessStartInfo start, int postmaster)
    {
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        double postgres = ProcessorTime.OfFamily(postmaster);
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task ended = process.WaitForExitAsync();
        (double own, long peak) = (0, 0);
        using PeriodicTimer timer = new(Look);
        while (!ended.IsCompleted)
        {
            own = Math.Max(own, ProcessorTime.Of(process.Id));
            peak = Math.Max(peak, ProcessorTime.PeakOf(process.Id));
            await Task.WhenAny(ended, timer.WaitForNextTickAsync().AsTask());
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {await output}");
        await Task.Delay(Settling, TimeProvider.System);
        return new WholeProcess(seconds, own, ProcessorTime.OfFamily(postmaster) - postgres, peak);
    }
}
