using System.Text;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What is secret stays secret, also when everything is logged and everything fails.</summary>
public sealed class SecretsTests
{
    [Theory]
    [InlineData("Text", 21)]
    [InlineData("Json", 22)]
    public async Task At_the_lowest_log_level_no_secret_token_password_or_nickname_leaves_the_program(string format, int seed)
    {
        string[] categories = ["Default", "FollowerSync", "Microsoft", "System", "Quartz", "Npgsql", "Polly"];
        Dictionary<string, string> settings = categories.ToDictionary(c => $"Logging__Level__{c}", _ => "Verbose", StringComparer.Ordinal);
        settings["Logging__Format"] = format;
        await using ChaosCampaign campaign = await ChaosCampaign.StartAsync(new ChaosOptions { Seed = seed, Runs = 8, Followers = 600, Settings = settings });
        HashSet<string> secrets = new(StringComparer.Ordinal) { campaign.WeChat.Account.AppSecret, campaign.Postgres.Password };
        campaign.AfterRun = () => secrets.UnionWith(campaign.WeChat.Account.Tokens.Recent);

        await campaign.RunAsync();

        string output = string.Concat(campaign.Outputs);
        output.ShouldContain(format == "Text" ? " DBG " : "\"Level\":\"Debug\"");
        secrets.Count.ShouldBeGreaterThan(2);
        string tables = await ReadAnalystsTablesAsync(campaign.Postgres);
        tables.ShouldContain("wechat.sync_runs");
        foreach (string secret in secrets)
        {
            output.ShouldNotContain(secret);
            tables.ShouldNotContain(secret);
        }

        Telling(campaign.Nicknames).Where(nickname => output.Contains(nickname, StringComparison.Ordinal)).ShouldBeEmpty();
        (await campaign.Postgres.ReadAsync(
            """
            select not exists (select from information_schema.role_table_grants where grantee = 'PUBLIC' and table_schema = 'followersync')
               and not has_schema_privilege('public', 'followersync', 'usage')
            """)).ShouldBe(true);
    }

    /// <summary>Names that cannot stand in a log line by chance.</summary>
    private static IEnumerable<string> Telling(IEnumerable<string> nicknames) =>
        nicknames.Where(nickname => nickname.Length >= 3 && nickname.Any(c => c is >= '\u4e00' and <= '\u9fff'));

    private static async Task<string> ReadAnalystsTablesAsync(CrashingPostgres postgres)
    {
        StringBuilder rows = new();
        string[] tables = (string[])(await postgres.ReadAsync("select array_agg(format('%I.%I', schemaname, tablename)) from pg_tables where schemaname = 'wechat'"))!;
        await using NpgsqlConnection connection = await postgres.OpenAsync();
        foreach (string table in tables)
        {
            rows.AppendLine(table);
            await using NpgsqlCommand command = new($"select t::text from {table} t", connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.AppendLine(reader.GetString(0));
        }

        return rows.ToString();
    }
}
