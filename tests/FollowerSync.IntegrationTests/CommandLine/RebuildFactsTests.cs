using FollowerSync.Emulator;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>rebuild-facts</c>, by the built executable.</summary>
public sealed class RebuildFactsTests
{
    private const string Counted = "select coalesce(sum(follows_latest), 0)::bigint from wechat.daily_accounts";

    [Fact]
    public async Task It_counts_anew_from_all_that_is_stored()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        await installation.RunAsync("migrate");
        (int ExitCode, string Output, string Error) early = await installation.RunAsync("rebuild-facts");
        early.ExitCode.ShouldBe(0, early.Error);
        early.Output.ShouldContain("nothing to count, no run was complete yet");
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        await installation.Database.ExecuteAsync("update wechat.daily_scenes set follows_latest = follows_latest + 5; update wechat.daily_groups set net = 1");

        (int ExitCode, string Output, string Error) rebuilt = await installation.RunAsync("rebuild-facts");

        rebuilt.ExitCode.ShouldBe(0, rebuilt.Error);
        rebuilt.Output.ShouldContain("counted anew");
        (await installation.Database.ReadAsync<long>(Counted)).ShouldBe(300);
        (await installation.Database.ReadAsync<long>("select sum(net)::bigint from wechat.daily_groups")).ShouldBe(300);
    }

    [Fact]
    public async Task While_a_run_is_active_nothing_is_counted()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        await installation.Database.ExecuteAsync(
            "update wechat.daily_scenes set follows_latest = 0; update followersync.leases set expires_at = now() + interval '1 minute', host = 'elsewhere', process = '1 of another'");

        (int ExitCode, string Output, string Error) refused = await installation.RunAsync("rebuild-facts");

        refused.ExitCode.ShouldBe(4, refused.Error);
        (await installation.Database.ReadAsync<long>(Counted)).ShouldBe(0);
    }
}
