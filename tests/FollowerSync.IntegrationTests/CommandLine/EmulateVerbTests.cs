using System.Text.RegularExpressions;
using FollowerSync.Emulator;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>emulate</c>, by the built executable.</summary>
public sealed partial class EmulateVerbTests
{
    [Theory]
    [InlineData(300, 300, "--accounts", "2", "--followers", "300")]
    [InlineData(300, 200, "--account", "wx00000000000000a1=secret-of-one:300", "--account", "wx00000000000000a2:200")]
    public async Task Serves_several_accounts_that_share_people_and_says_how_to_reach_them(int first, int second, params string[] accounts)
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 0 });
        await using FollowerSyncProcess emulator = FollowerSyncProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), ["emulate", "--port", "0", .. accounts]);
        await Installation.UntilAsync(() => Task.FromResult(emulator.Output.Contains("Ctrl+C", StringComparison.Ordinal)), "the emulator listens", emulator);
        foreach (Match setting in Setting().Matches(emulator.Output))
            installation.Settings[setting.Groups["name"].Value] = setting.Groups["value"].Value;

        (int exitCode, string output, string error) = await installation.InvokeAsync("sync");

        exitCode.ShouldBe(0, output + error);
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(first + second);
        (await installation.Database.ReadAsync<long>("select people from wechat.account_overlap")).ShouldBeInRange(second / 5, second / 2);
        (await installation.Database.ReadAsync<long>("select count(*) from (select openid from wechat.followers group by openid having count(*) > 1) shared")).ShouldBe(0);
    }

    [Theory]
    [InlineData("Take one of --account", "--account", "wx00000000000000a1", "--accounts", "2")]
    [InlineData("is not APPID[=SECRET][:FOLLOWERS]", "--account", "brand=hunter2")]
    [InlineData("is not APPID[=SECRET][:FOLLOWERS]", "--account", "wx00000000000000a1:99999999999999")]
    [InlineData("takes 1 to 100", "--accounts", "0")]
    [InlineData("AppIds must differ", "--account", "wx00000000000000a1", "--account", "wx00000000000000a1")]
    public async Task Wrong_accounts_exit_with_2_and_show_no_secret(string says, params string[] accounts)
    {
        await using FollowerSyncProcess emulator = FollowerSyncProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), ["emulate", "--port", "0", .. accounts]);

        (await emulator.WaitAsync()).ShouldBe(2);
        emulator.Error.ShouldContain(says);
        emulator.Error.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("--followers", "-1")]
    [InlineData("--latency", "-1")]
    [InlineData("--churn", "101")]
    public async Task A_wrong_number_is_told_without_the_words_of_NET(params string[] arguments)
    {
        await using FollowerSyncProcess emulator = FollowerSyncProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), ["emulate", "--port", "0", .. arguments]);

        (await emulator.WaitAsync()).ShouldBe(2);
        emulator.Error.ShouldContain(" must ");
        emulator.Error.ShouldNotContain("Parameter");
    }

    [GeneratedRegex("(?<name>WeChat__[A-Za-z0-9_]+)=(?<value>\\S+)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Setting();
}
