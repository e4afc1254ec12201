using FollowerSync.CommandLine;

namespace FollowerSync.Tests.CommandLine;

public sealed class FollowerSyncCommandTests : IDisposable
{
    private readonly CommandLineRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("bogus")]
    [InlineData("sync", "--acount", "brand")]
    [InlineData("sync", "extra")]
    [InlineData("sync", "--account")]
    public async Task Wrong_usage_shows_the_usage_on_stderr_and_exits_with_2(params string[] arguments)
    {
        (await _run.InvokeAsync(arguments)).ShouldBe(ExitCodes.WrongSettings);

        _run.Error.ShouldContain("Usage:");
        _run.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("sync", "--help")]
    [InlineData("run", "--help")]
    public async Task Help_has_examples_and_exit_codes(params string[] arguments)
    {
        (await _run.InvokeAsync(arguments)).ShouldBe(ExitCodes.Succeeded);

        _run.Output.ShouldContain("Examples:\n  followersync");
        _run.Output.ShouldContain("4  another run of the account is active");
        _run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Wrong_settings_exit_with_2_and_one_message()
    {
        _run.WriteSettings("""{ "Sync": { "BatchSize": "abc" }, "WeChat": { "Accounts": [ { "AppId": "", "AppSecret": "topsecret" } ] } }""");

        (await _run.InvokeAsync("sync")).ShouldBe(ExitCodes.WrongSettings);

        _run.Error.ShouldStartWith("followersync: 2 settings are wrong:\n  WeChat:Accounts[0]:AppId");
        _run.Error.ShouldContain("Sync:BatchSize must be a whole number; it is \"abc\"");
        _run.Error.ShouldNotContain("topsecret");
        _run.Error.ShouldNotContain("   at ");
    }
}
