using System.Diagnostics;
using System.Globalization;
using System.Text;
using FollowerSync.Emulator;
using Npgsql;

namespace FollowerSync.Benchmarks;

/// <summary>Published builds of the program beside a careful Node script, as whole processes: starting, compiling and ending count. They take turns.</summary>
internal static class ScriptBench
{
    private const string Script = "script";

    private static readonly string[] Steps = ["first", "unchanged"];

    public static async Task<int> RunAsync(BenchOptions options)
    {
        int[] sizes = options.Followers is { } followers ? [followers] : [25_000, 100_000, 1_000_000];
        await using BenchServer server = await BenchServer.StartAsync();
        int postmaster = await server.FindPostmasterAsync();
        List<(string Case, string Contestant, WholeProcess Took)> all = [];
        foreach (int size in sizes)
        {
            for (int round = 1; round <= options.Rounds; round++)
            {
                foreach (string build in (string[])[Script, .. options.Builds])
                    all.AddRange(await SyncTwiceAsync(server, postmaster, build, size));
            }
        }

        Console.WriteLine(Table(all));
        return 0;
    }

    /// <summary>Both syncs, on an emulator and a database of their own.</summary>
    private static async Task<List<(string Case, string Contestant, WholeProcess Took)>> SyncTwiceAsync(BenchServer server, int postmaster, string build, int followers)
    {
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(new EmulatorOptions { Followers = followers, RememberedRequests = 1 }, default);
        string database = await server.CreateDatabaseAsync();
        List<(string, string, WholeProcess)> took = [];
        try
        {
            foreach (string step in Steps)
            {
                WholeProcess process = await WholeProcess.RunAsync(build == Script ? StartScript(emulator, database) : StartBuild(build, emulator, database), postmaster);
                took.Add((string.Create(CultureInfo.InvariantCulture, $"{step}, {followers:N0}"), Path.GetFileName(build), process));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{step}, {followers:N0}, {build}: {process.Seconds:N2} s, own {process.OwnSeconds:N2} s, PostgreSQL {process.PostgresSeconds:N2} s, {process.PeakBytes / 1e6:N0} MB"));
                await server.SettleAsync(database);
            }
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }

        return took;
    }

    private static ProcessStartInfo StartScript(WeChatEmulator emulator, string database)
    {
        NpgsqlConnectionStringBuilder at = new(database);
        string script = Path.Combine("tests", "FollowerSync.Benchmarks", "Node", "script.js");
        return new ProcessStartInfo("node", [script, emulator.BaseAddress.ToString(), EmulatorOptions.DefaultAppId, EmulatorOptions.DefaultAppSecret])
        {
            Environment =
            {
                ["PGHOST"] = at.Host,
                ["PGPORT"] = at.Port.ToString(CultureInfo.InvariantCulture),
                ["PGUSER"] = at.Username,
                ["PGPASSWORD"] = at.Password,
                ["PGDATABASE"] = at.Database,
            },
        };
    }

    private static ProcessStartInfo StartBuild(string folder, WeChatEmulator emulator, string database) => new(Path.Combine(folder, "followersync"), ["sync"])
    {
        Environment =
        {
            ["ConnectionStrings__FollowerSync"] = database,
            ["WeChat__BaseAddress"] = emulator.BaseAddress.ToString(),
            ["WeChat__Accounts__0__Name"] = "Bench",
            ["WeChat__Accounts__0__AppId"] = EmulatorOptions.DefaultAppId,
            ["WeChat__Accounts__0__AppSecret"] = EmulatorOptions.DefaultAppSecret,
            ["Sync__BatchesInFlight"] = ContestantProcess.InFlight.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static string Table(List<(string Case, string Contestant, WholeProcess Took)> all)
    {
        StringBuilder text = new();
        text.AppendLine("| case | contestant | wall, s: median (min–max) | own processor s | PostgreSQL's processor s | peak MB | times the script |");
        text.AppendLine("|---|---|---:|---:|---:|---:|---:|");
        foreach (var group in all.GroupBy(m => (m.Case, m.Contestant)))
        {
            WholeProcess[] took = [.. group.Select(m => m.Took)];
            double[] seconds = [.. took.Select(t => t.Seconds).Order()];
            double script = Median(all.Where(m => m.Case == group.Key.Case && m.Contestant == Script).Select(m => m.Took.Seconds));
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {group.Key.Case} | {group.Key.Contestant} | {Median(seconds):N2} ({seconds[0]:N2}–{seconds[^1]:N2}) | {Median(took.Select(t => t.OwnSeconds)):N2} | {Median(took.Select(t => t.PostgresSeconds)):N2} | {Median(took.Select(t => t.PeakBytes / 1e6)):N0} | {script / Median(seconds):N2} |"));
        }

        return text.ToString();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
