using System.Globalization;
using FollowerSync.Emulator;

namespace FollowerSync.Benchmarks;

/// <summary>Runs every series: the same emulator and server for all contestants, in turns, each in processes and a database of its own.</summary>
internal static class Bench
{
    private const string First = "first";
    private const string Unchanged = "unchanged";
    private const string Changed = "1 % changed";

    private static readonly string[] Rivals = ["by-hundreds", "followersync"];

    public static async Task<int> RunAsync(BenchOptions options)
    {
        await using BenchServer server = await BenchServer.StartAsync();
        BenchReport report = new();
        int small = options.Followers ?? 100_000;
        await SeriesAsync(server, report, small, 0, ["by-hundreds", "followersync", "copy-only", "http-only"], [First, Unchanged, Changed], options.Rounds);
        if (!options.WithoutOneByOne)
            await SeriesAsync(server, report, small, 0, ["one-by-one"], [First, Unchanged], rounds: 1);
        if (!options.Quick)
            await MoreSeriesAsync(server, report, options, small);

        await WriteAsync(options.Out, report.ToMarkdown());
        if (options.Chart is { } chart)
            await WriteAsync(chart, BenchChart.ToSvg(report));
        Console.WriteLine(report.ToMarkdown());
        return 0;
    }

    private static async Task MoreSeriesAsync(BenchServer server, BenchReport report, BenchOptions options, int small)
    {
        await SeriesAsync(server, report, small * 2, 50, Rivals, [First], rounds: 2);
        await SeriesAsync(server, report, small, 200, Rivals, [First], rounds: 1);
        await SeriesAsync(server, report, small * 10, 0, ["by-hundreds", "followersync", "copy-only"], [First, Unchanged, Changed], rounds: 1);
        await SeriesAsync(server, report, small * 3, 0, ["followersync"], [First], rounds: 2);
        if (options.Full)
        {
            await SeriesAsync(server, report, small * 30, 0, ["followersync"], [First, Unchanged], rounds: 1);
            await SeriesAsync(server, report, small * 100, 0, ["followersync"], [First, Unchanged], rounds: 1);
        }
    }

    private static async Task SeriesAsync(
        BenchServer server, BenchReport report, int followers, int latencyMilliseconds, string[] contestants, string[] steps, int rounds)
    {
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string contestant in contestants)
                await StepsAsync(server, report, followers, latencyMilliseconds, contestant, contestant is "copy-only" or "http-only" ? [First] : steps);
        }
    }

    /// <summary>One contestant's syncs, one after the other, on one emulator and one database.</summary>
    private static async Task StepsAsync(
        BenchServer server, BenchReport report, int followers, int latencyMilliseconds, string contestant, string[] steps)
    {
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(
            new EmulatorOptions { Followers = followers, Latency = TimeSpan.FromMilliseconds(latencyMilliseconds), RememberedRequests = 1 }, default);
        string database = await server.CreateDatabaseAsync();
        try
        {
            foreach (string step in steps)
            {
                if (step != First)
                    await server.SettleAsync(database);
                if (step == Changed)
                    emulator.Account.Churn(percent: 1);
                BenchCase bench = new(step, followers, latencyMilliseconds);
                Measurement measured = await ContestantProcess.StartAsync(contestant, emulator, server, database, followers);
                report.Add(bench, contestant, measured);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{bench}, {contestant,-12}: {measured.PerSecond,10:N0} followers/s, {measured.CpuSeconds:N1} s CPU, {measured.PeakBytes / 1e6:N0} MB, {measured.Calls:N0} calls"));
            }
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }
    }

    private static async Task WriteAsync(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await File.WriteAllTextAsync(file, text);
        Console.WriteLine($"Written: {file}");
    }
}

/// <param name="Name">first, unchanged, or "1 % changed".</param>
/// <param name="Followers">Size of the account.</param>
/// <param name="LatencyMilliseconds">Of every answer.</param>
internal sealed record BenchCase(string Name, int Followers, int LatencyMilliseconds)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name}, {Followers:N0}{(LatencyMilliseconds == 0 ? "" : $", {LatencyMilliseconds} ms")}");
}
