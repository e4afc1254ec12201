using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>A second machine whose address WeChat does not know: everything works there with the token of the first, until that ends.</summary>
public sealed class AddressTests
{
    private const string Token = "/cgi-bin/stable_token";

    [Fact]
    public async Task A_machine_that_is_not_on_the_whitelist_is_found_although_the_token_works_and_its_address_is_kept()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 3 });
        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(0);
        (_, string well, _) = await installation.InvokeAsync("check");
        well.ShouldContain("brand0, address: WeChat gives tokens to this machine's address");
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40164, Path = Token });

        (int exitCode, string output, _) = await installation.InvokeAsync("check");

        exitCode.ShouldBe(1);
        output.ShouldContain("brand0, address: WeChat answered 40164");
        output.ShouldContain("WeChat sees this server as 127.0.0.1");
        await installation.Database.ExecuteAsync("update followersync.access_tokens set access_token = null");
        await using FollowerSyncProcess worker = installation.Start("run");
        await installation.UntilAsync("select count(*) = 1 from followersync.nodes where egress_address = '127.0.0.1'", worker);
    }
}
