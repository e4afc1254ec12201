using System.Diagnostics;
using System.Globalization;
using FollowerSync.Benchmarks.Contestants;
using FollowerSync.Emulator;

namespace FollowerSync.Benchmarks;

/// <summary>A contestant in a process of its own: started by the benchmark, it says in its last line what it took.</summary>
internal static class ContestantProcess
{
    public const int InFlight = 8;

    public static async Task<Measurement> StartAsync(string contestant, WeChatEmulator emulator, BenchServer server, string database, long followers)
    {
        long walBefore = await server.ReadWalAsync();
        emulator.Requests.Clear();
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ContestantProcess).Assembly.Location);
        foreach (string argument in (string[])["contestant", contestant, emulator.BaseAddress.ToString(), database, InFlight.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{contestant} ended with {process.ExitCode}: {output}");

        string[] figures = output.TrimEnd().Split('\n')[^1].Split(' ');
        return new Measurement(
            followers,
            double.Parse(figures[0], CultureInfo.InvariantCulture),
            double.Parse(figures[1], CultureInfo.InvariantCulture),
            long.Parse(figures[2], CultureInfo.InvariantCulture),
            long.Parse(figures[3], CultureInfo.InvariantCulture),
            emulator.Requests.Total,
            await server.ReadWalAsync() - walBefore);
    }

    /// <summary>Runs here and prints seconds, CPU seconds, allocated bytes and peak bytes.</summary>
    public static async Task<int> RunAsync(string name, Uri address, string database, int inFlight)
    {
        IContestant contestant = name switch
        {
            "one-by-one" => new OneByOne(address, database),
            "by-hundreds" => new ByHundreds(address, database, inFlight),
            "followersync" => new Ours(address, database, inFlight),
            "copy-only" => new CopyOnly(address, database, inFlight),
            "http-only" => new HttpOnly(address, inFlight),
            _ => throw new ArgumentException($"There is no contestant {name}.", nameof(name)),
        };
        TimeSpan took = await contestant.SyncAsync();
        using Process self = Process.GetCurrentProcess();
        self.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{took.TotalSeconds} {self.TotalProcessorTime.TotalSeconds} {GC.GetTotalAllocatedBytes()} {self.PeakWorkingSet64}"));
        return 0;
    }
}
