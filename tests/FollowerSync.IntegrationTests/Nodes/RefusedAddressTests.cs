using FollowerSync.IntegrationTests.Support;
using FollowerSync.Nodes;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>WeChat refuses the address of one machine (40164): the others may call it all the same.</summary>
public sealed class RefusedAddressTests
{
    private static readonly WeChatApiException NotAllowed = WeChatApiException.FromCode(
        "/cgi-bin/stable_token", WeChatErrorCode.AddressNotAllowed, "invalid ip 203.0.113.7, not in whitelist", ErrorReactions.Of(WeChatErrorCode.AddressNotAllowed));

    [Fact]
    public async Task What_one_machine_may_not_call_stops_no_other_and_is_left_to_it()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new FollowerSync.Emulator.EmulatorOptions { Followers = 3 });
        ApiStopStore stops = account.NewProcess().GetRequiredService<ApiStopStore>();
        await stops.RememberAsync(account.Account, NotAllowed, default);

        (await stops.ReadAsync(account.Account, default)).ShouldHaveSingleItem();
        await AddNodeAsync(account, ProcessIdentity.Host, process: ProcessIdentity.Current);
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeFalse("there is no other machine");
        await AddNodeAsync(account, "of-others", cluster: "'another'");
        await AddNodeAsync(account, "alone", cluster: "null");
        await AddNodeAsync(account, "without-it", accounts: "fed");
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeFalse("none of them fires it");
        await AddNodeAsync(account, "elsewhere");
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeTrue();

        await account.Tables.ExecuteAsync("update followersync.api_stops set host = 'elsewhere'");
        (await stops.ReadAsync(account.Account, default)).ShouldBeEmpty();
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeFalse();
        await stops.RememberAsync(account.Account, NotAllowed, default);
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeFalse("the other machine is refused as well");
    }

    private static Task AddNodeAsync(SyncedAccount account, string host, string process = "p", string cluster = "'brands'", string accounts = "abc") => account.Tables.ExecuteAsync(
        $"""
        insert into followersync.nodes (host, process, node, cluster, version, fingerprint, started_at, last_seen, silence)
        values ('{host}', '{process}', 'n', {cluster}, '1', 'Sync:{host.Length} WeChat:{accounts} Token:1', now(), now(), '90 s')
        """);
}
