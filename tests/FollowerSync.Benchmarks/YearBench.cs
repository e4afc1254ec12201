using System.Globalization;
using System.Text;
using System.Text.Json;
using FollowerSync.Emulator;
using Npgsql;

namespace FollowerSync.Benchmarks;

/// <summary>What a year of history costs: a night's sync with it and without, and every view of <c>wechat</c>.</summary>
internal static class YearBench
{
    private const int Rounds = 3;

    // Keeps nothing of what was: the same sync, as it would be without history.
    private const string ForgetHistory =
        """
        create function wechat.forget_history() returns trigger language plpgsql as 'begin return null; end';
        create trigger forget before insert on wechat.follower_versions for each row execute function wechat.forget_history();
        create trigger forget before insert on wechat.past_episodes for each row execute function wechat.forget_history();
        """;

    public static async Task<int> RunAsync(BenchOptions options)
    {
        int followers = options.Followers ?? 1_000_000;
        await using BenchServer server = await BenchServer.StartAsync();
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(new EmulatorOptions { Followers = followers, RememberedRequests = 1 }, default);
        string without = await server.CreateDatabaseAsync();
        await ContestantProcess.StartAsync("followersync", emulator, server, without, followers);
        string with = await server.CopyDatabaseAsync(without);
        await BenchServer.ExecuteAsync(with, await SqlAsync("year.sql"));
        await BenchServer.ExecuteAsync(without, ForgetHistory);

        StringBuilder report = new();
        await NightsAsync(server, emulator, followers, with, without, report);
        await BenchServer.ExecuteAsync(with, await SqlAsync("two_accounts.sql"));
        await BenchServer.ExecuteAsync(with, "vacuum full wechat.followers");
        await BenchServer.ExecuteAsync(with, "vacuum analyze");
        await ViewsAsync(with, report);
        Console.WriteLine(report);
        return 0;
    }

    private static async Task NightsAsync(BenchServer server, WeChatEmulator emulator, int followers, string with, string without, StringBuilder report)
    {
        List<double> ratios = [];
        for (int round = 1; round <= Rounds; round++)
        {
            emulator.Account.Churn(percent: 1);
            double[] seconds = new double[2];
            foreach (int turn in round % 2 == 0 ? (int[])[0, 1] : [1, 0])
            {
                string database = turn == 0 ? with : without;
                await server.SettleAsync(database);
                seconds[turn] = followers / (await ContestantProcess.StartAsync("followersync", emulator, server, database, followers)).PerSecond;
            }

            ratios.Add(seconds[0] / seconds[1]);
            report.AppendLine(string.Create(CultureInfo.InvariantCulture, $"Night {round}, {followers:N0} followers, 1 % changed: {seconds[0]:N1} s with a year of history, {seconds[1]:N1} s without any"));
        }

        ratios.Sort();
        report.AppendLine(string.Create(CultureInfo.InvariantCulture, $"With history ÷ without: {ratios[Rounds / 2]:N2} ({ratios[0]:N2}-{ratios[^1]:N2})"));
    }

    private static async Task ViewsAsync(string database, StringBuilder report)
    {
        await using NpgsqlDataSource dataSource = NpgsqlDataSource.Create(database);
        List<string> views = [];
        await using (NpgsqlCommand command = dataSource.CreateCommand("select viewname from pg_views where schemaname = 'wechat' order by 1"))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                views.Add(reader.GetString(0));
        }

        report.AppendLine().AppendLine("| view | seconds, all rows | rows |").AppendLine("|---|---|---|");
        foreach (string view in views)
        {
            (double Seconds, double Rows)[] runs = [await RunAsync(dataSource, view), await RunAsync(dataSource, view), await RunAsync(dataSource, view)];
            report.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {view} | {runs.Select(r => r.Seconds).Order().ElementAt(1):N2} | {runs[0].Rows:N0} |"));
        }
    }

    private static async Task<(double Seconds, double Rows)> RunAsync(NpgsqlDataSource dataSource, string view)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand($"explain (analyze, timing off, format json) select * from wechat.{view}");
        command.CommandTimeout = 0;
        using JsonDocument plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
        JsonElement root = plan.RootElement[0];
        return ((root.GetProperty("Planning Time").GetDouble() + root.GetProperty("Execution Time").GetDouble()) / 1_000, root.GetProperty("Plan").GetProperty("Actual Rows").GetDouble());
    }

    private static Task<string> SqlAsync(string name) => File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Sql", name));
}
