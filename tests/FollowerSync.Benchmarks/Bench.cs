using System.Globalization;
using System.Text;
using FollowerSync.Emulator;

namespace FollowerSync.Benchmarks;

/// <summary>Runs every case: the same emulator and server for all contestants, in turns, each in a process and a database of its own.</summary>
internal static class Bench
{
    private static readonly string[] Everybody = ["one-by-one", "by-hundreds", "followersync", "copy-only", "http-only"];

    public static async Task<int> RunAsync(BenchOptions options)
    {
        await using BenchServer server = await BenchServer.StartAsync();
        var report = new BenchReport(options.WithoutOneByOne ? ["one-by-one"] : []);
        int small = options.Followers ?? 100_000;
        await CaseAsync(server, report, new BenchCase("first", small, 0, Everybody), options.Rounds);
        await CaseAsync(server, report, new BenchCase("unchanged", small, 0, ["one-by-one", "by-hundreds", "followersync"]), options.Rounds);
        if (!options.Quick)
            await MoreCasesAsync(server, report, options, small);

        string text = report.ToMarkdown();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Out))!);
        await File.WriteAllTextAsync(options.Out, text, Encoding.UTF8);
        Console.WriteLine(text);
        Console.WriteLine($"Written to {options.Out}");
        return 0;
    }

    private static async Task MoreCasesAsync(BenchServer server, BenchReport report, BenchOptions options, int small)
    {
        await CaseAsync(server, report, new BenchCase("1 % changed", small, 0, ["one-by-one", "by-hundreds", "followersync"]), 1);
        await CaseAsync(server, report, new BenchCase("first", small * 2, 50, ["by-hundreds", "followersync"]), 2);
        await CaseAsync(server, report, new BenchCase("first", small, 200, ["by-hundreds", "followersync"]), 1);
        await CaseAsync(server, report, new BenchCase("first", small * 3, 0, ["followersync", "copy-only"]), 1);
        await CaseAsync(server, report, new BenchCase("unchanged", small * 3, 0, ["followersync"]), 1);
        await CaseAsync(server, report, new BenchCase("first", small * 10, 0, ["by-hundreds", "followersync", "copy-only"]), 1);
        if (options.Full)
        {
            await CaseAsync(server, report, new BenchCase("first", small * 30, 0, ["followersync"]), 1);
            await CaseAsync(server, report, new BenchCase("first", small * 100, 0, ["followersync"]), 1);
            await CaseAsync(server, report, new BenchCase("unchanged", small * 100, 0, ["followersync"]), 1);
        }
    }

    private static async Task CaseAsync(BenchServer server, BenchReport report, BenchCase bench, int rounds)
    {
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string contestant in bench.Contestants.Except(report.LeftOut))
            {
                Measurement measured = await MeasureAsync(server, bench, contestant);
                report.Add(bench, contestant, measured);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{bench} {contestant,-12} round {round}: {measured.PerSecond,10:N0} followers/s, {measured.CpuSeconds:N1} s CPU, {measured.PeakBytes / 1e6:N0} MB"));
            }
        }
    }

    /// <summary>A new database and, where the case starts from a synced one, a first sync by the same contestant that is not measured.</summary>
    private static async Task<Measurement> MeasureAsync(BenchServer server, BenchCase bench, string contestant)
    {
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(
            new EmulatorOptions { Followers = bench.Followers, Latency = TimeSpan.FromMilliseconds(bench.LatencyMilliseconds), RememberedRequests = 1 }, default);
        string database = await server.CreateDatabaseAsync();
        try
        {
            if (bench.Name != "first")
                await ContestantProcess.StartAsync(contestant, emulator, server, database, bench.Followers);
            if (bench.Name.StartsWith('1'))
                emulator.Account.Churn(percent: 1);
            return await ContestantProcess.StartAsync(contestant, emulator, server, database, bench.Followers);
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }
    }
}

/// <param name="Name">first, unchanged, or "1 % changed".</param>
/// <param name="Followers">Size of the account.</param>
/// <param name="LatencyMilliseconds">Of every answer.</param>
/// <param name="Contestants">Who takes part.</param>
internal sealed record BenchCase(string Name, int Followers, int LatencyMilliseconds, string[] Contestants)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}, {Followers:N0} followers, {LatencyMilliseconds} ms");
}
