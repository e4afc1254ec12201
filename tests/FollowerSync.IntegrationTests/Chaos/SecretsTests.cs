namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>What is secret stays secret, also when everything is logged and everything fails.</summary>
public sealed class SecretsTests
{
    [Theory]
    [InlineData("Text", 21, 4)]
    [InlineData("Json", 22, 2)]
    public async Task At_the_lowest_log_level_no_secret_token_password_or_nickname_leaves_the_program(string format, int seed, int runs)
    {
        string[] categories = ["Default", "FollowerSync", "Microsoft", "System", "Quartz", "Npgsql", "Polly"];
        Dictionary<string, string> settings = categories.ToDictionary(c => $"Logging__Level__{c}", _ => "Verbose", StringComparer.Ordinal);
        settings["Logging__Format"] = format;
        await using ChaosCampaign campaign = await ChaosCampaign.StartAsync(new ChaosOptions { Seed = seed, Runs = runs, Followers = 600, Settings = settings });

        // Every run is searched, its outputs and all tables; a leak breaks the campaign.
        await campaign.RunAsync();

        string output = string.Concat(campaign.Outputs);
        output.ShouldContain(format == "Text" ? " DBG " : "\"Level\":\"Debug\"");
        campaign.Secrets.Count.ShouldBeGreaterThan(2);
        (await campaign.Postgres.ReadAsync(
            """
            select not exists (select from information_schema.role_table_grants where grantee = 'PUBLIC' and table_schema = 'followersync')
               and not has_schema_privilege('public', 'followersync', 'usage')
            """)).ShouldBe(true);
    }
}
