using Xunit.Abstractions;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>The program against an emulated WeChat and a PostgreSQL that both fail in every known way, while processes are killed and people come and go.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2)]
    public async Task Whatever_happens_nobody_is_lost_falsely_gone_or_given_a_foreign_identity_and_in_the_end_the_database_equals_the_truth(int seed)
    {
        await using ChaosCampaign campaign = await ChaosCampaign.StartAsync(new ChaosOptions { Seed = seed });
        await campaign.RunAsync();
        output.WriteLine(campaign.Tally.ToString());
    }

    /// <summary>Runs only for <c>eng/chaos.sh</c>, for as long as that says; a build server's minutes are better spent on the fixed seed above.</summary>
    [Fact]
    public async Task The_long_form_goes_on_with_new_seeds_until_its_time_is_over()
    {
        if (ChaosOptions.Minutes is not { } minutes)
            return;

        ChaosTally total = new();
        long start = TimeProvider.System.GetTimestamp();
        for (int seed = ChaosOptions.FirstSeed; TimeProvider.System.GetElapsedTime(start).TotalMinutes < minutes; seed++)
        {
            await using ChaosCampaign campaign = await ChaosCampaign.StartAsync(Campaign(seed));
            try
            {
                await campaign.RunAsync();
            }
            finally
            {
                total.Add(campaign.Tally);
                await ReportAsync($"Seeds {ChaosOptions.FirstSeed} to {seed}, {TimeProvider.System.GetElapsedTime(start).TotalMinutes:0.0} minutes{Environment.NewLine}{total}");
            }
        }
    }

    // Every sixth account is a big one.
    private static ChaosOptions Campaign(int seed) => seed % 6 == 5
        ? new ChaosOptions { Seed = seed, Runs = 8, Followers = 60_000, IsBig = true }
        : new ChaosOptions { Seed = seed, Runs = 25 };

    private async Task ReportAsync(string report)
    {
        output.WriteLine(report);
        if (ChaosOptions.ReportFile is { } file)
            await File.WriteAllTextAsync(file, report + Environment.NewLine);
    }
}
