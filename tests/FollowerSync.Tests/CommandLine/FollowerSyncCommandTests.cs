using FollowerSync.CommandLine;

namespace FollowerSync.Tests.CommandLine;

public sealed class FollowerSyncCommandTests : IDisposable
{
    private readonly CommandLineRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("There is no verb \"bogus\".", "bogus")]
    [InlineData("There is no verb \"snyc\". Did you mean sync?", "snyc")]
    [InlineData("There is no verb (not shown, as it may be secret).", "e1c7d09b35f24a8e6b1d70f3928c5a01")]
    [InlineData("followersync without a verb has no option --jsn.", "--jsn")]
    [InlineData("sync has no option --acount. Did you mean --account?", "sync", "--acount", "brand")]
    [InlineData("sync has no use for \"extra\".", "sync", "extra")]
    [InlineData("--account lacks its value: Only this account.", "sync", "--account")]
    [InlineData("--account is given 2 times; it goes once.", "sync", "--account", "a", "--account", "b")]
    [InlineData("sync has no use for \"maybe\".", "sync", "--json=maybe")]
    [InlineData("RUN_ID is missing: Number of the held run", "approve")]
    [InlineData("RUN_ID must be a whole number, not \"x1\".", "approve", "x1")]
    [InlineData("RUN_ID is too big a number; the largest is 9223372036854775807.", "approve", "99999999999999999999")]
    [InlineData("approve has no use for \"2\": it takes RUN_ID only.", "approve", "1", "2")]
    [InlineData("--port must be a whole number, not \"abc\".", "emulate", "--port", "abc")]
    [InlineData("--port is too big a number; the largest is 2147483647.", "emulate", "--port", "99999999999")]
    [InlineData("--churn must be a number such as 1.5, not \"much\".", "emulate", "--churn", "much")]
    [InlineData("--format takes csv or ndjson or parquet, not \"xml\".", "export", "--format", "xml")]
    [InlineData("--max-age takes a duration such as 26h", "status", "--max-age", "soon")]
    [InlineData("--since takes a day (2026-11-22) or a moment", "export", "--table", "followers", "--since", "0001-01-01")]
    [InlineData("--since takes how long ago", "runs", "--since", "0001-01-01")]
    public async Task Wrong_usage_is_said_first_and_in_our_words_and_exits_with_2(string says, params string[] arguments)
    {
        (await _run.InvokeAsync(arguments)).ShouldBe(ExitCodes.WrongSettings);

        _run.Error.ShouldStartWith($"followersync: {says}");
        _run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThan(3);
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

    [Fact]
    public async Task Status_does_not_leave_out_an_account_that_cannot_be_read()
    {
        _run.WriteSettings("""{ "WeChat": { "Accounts": [ { "AppId": "wx0000000000000001", "TokenSource": "Stabel" } ] } }""");

        (await _run.InvokeAsync("status", "--max-age", "1s")).ShouldBe(ExitCodes.WrongSettings);

        _run.Error.ShouldContain("WeChat:Accounts[0]:TokenSource must be one of Stable, Classic, External, Redis; it is \"Stabel\"");
    }
}
