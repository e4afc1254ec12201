using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>Every query of the dashboards runs, with what Grafana puts in the place of its macros, and shows something.</summary>
public sealed partial class GrafanaTests
{
    [Fact]
    public async Task Every_panel_shows_something_of_the_chosen_account_alone()
    {
        await using PrivacyScene scene = await PrivacyScene.StartAsync(followers: 60);
        EmulatedFollower[] people = [.. scene.Truth.Followers()];
        scene.Truth.SetProfile(people[0].OpenId, f => f with { TagIdList = [2] });
        await scene.LeaveAsync(people[1].OpenId);
        await scene.SyncAfterAsync(days: 1);
        await scene.Tables.ExecuteAsync("insert into wechat.accounts values ('wx00000000000000c2', 'another')");

        (string Title, string Sql)[] queries = [.. Directory.GetFiles(Repository.PathOf("deploy/grafana"), "*.json").SelectMany(Queries)];
        queries.Length.ShouldBeGreaterThan(5);
        foreach ((string title, string sql) in queries)
        {
            (await RowsAsync(scene, Expand(sql, $"'{scene.Truth.AppId}'"))).ShouldNotBeEmpty(title);
            if (!title.StartsWith("variable", StringComparison.Ordinal))
                (await RowsAsync(scene, Expand(sql, "'wx00000000000000c9'"))).ShouldBeEmpty(title);
        }
    }

    [Fact]
    public void Every_dashboard_names_its_data_source_by_a_variable_and_no_panel_lies_on_another()
    {
        foreach (string file in Directory.GetFiles(Repository.PathOf("deploy/grafana"), "*.json"))
        {
            using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement[] panels = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()];
            panels.ShouldAllBe(panel => panel.GetProperty("datasource").GetProperty("uid").GetString() == "${datasource}");
            panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
            panels.SelectMany(Cells).ShouldBeUnique();
        }
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        JsonElement place = panel.GetProperty("gridPos");
        int Of(string name) => place.GetProperty(name).GetInt32();
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }

    private static IEnumerable<(string Title, string Sql)> Queries(string file)
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return [
            .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
               from target in panel.GetProperty("targets").EnumerateArray()
               select (panel.GetProperty("title").GetString()!, target.GetProperty("rawSql").GetString()!),
            .. from variable in dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
               where variable.GetProperty("type").GetString() == "query"
               select ("variable " + variable.GetProperty("name").GetString(), variable.GetProperty("query").GetString()!),
        ];
    }

    private static string Expand(string sql, string accounts)
    {
        string expanded = TimeFilter().Replace(sql.Replace("${account:sqlstring}", accounts, StringComparison.Ordinal), "${time} BETWEEN '1990-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'");
        expanded.ShouldNotContain("$", customMessage: "a macro that the test does not know");
        return expanded;
    }

    private static async Task<string[]> RowsAsync(PrivacyScene scene, string sql)
    {
        await using NpgsqlCommand command = scene.Tables.DataSource.CreateCommand(sql);
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        return await ReadBack.RowsAsync(reader);
    }

    [GeneratedRegex(@"\$__timeFilter\((?<time>[^()]*)\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex TimeFilter();
}
