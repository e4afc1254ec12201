using FollowerSync.CommandLine;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>What a run says of itself while it goes on.</summary>
public sealed class ProgressTests
{
    private const int Followers = 12_000;

    [Fact]
    public async Task The_first_page_already_tells_how_much_there_is_to_do()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = Followers });

        ShouldTell(await ReportsAsync(account), Followers);
        ShouldTell(await ReportsAsync(account), Followers);
        foreach (string openId in account.Truth.Followers().Take(100).Select(follower => follower.OpenId).ToArray())
            account.Truth.Unfollow(openId);
        ShouldTell(await ReportsAsync(account), Followers);
    }

    private static void ShouldTell(List<SyncProgress> reports, long expected)
    {
        SyncProgress[] known = [.. reports.Where(report => report.Total > 0)];
        known.ShouldAllBe(report => Math.Abs(report.Expected - expected) <= 0.03 * expected);
        ProgressText.Percent(known.First(report => report.Listed == report.Total && report.Fetched == 0 || report.Listed >= 10_000)).ShouldBeLessThan(60);
        ProgressText.Percent(known.Last(report => report.Phase == SyncPhase.Refreshing)).ShouldBe(99);
        known.Where(report => report.Fetched < expected / 2).ShouldAllBe(report => ProgressText.Percent(report) < 60);
    }

    private static async Task<List<SyncProgress>> ReportsAsync(SyncedAccount account)
    {
        Reports reports = new();
        (await account.SyncAsync(reports)).Status.ShouldBe(RunStatus.Succeeded);
        return reports.All;
    }

    private sealed class Reports : IProgress<SyncProgress>
    {
        public List<SyncProgress> All { get; } = [];

        public void Report(SyncProgress value)
        {
            lock (All)
                All.Add(value);
        }
    }
}
