using FollowerSync.Alerts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.StatusPage.Reading;
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
        await account.Tables.ExecuteAsync(
            $"""
            insert into wechat.accounts (app_id, name) values ('{account.Account.AppId}', 'x') on conflict do nothing;
            insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error, node) values ('{account.Account.AppId}', 'schedule', 'failed', now(), now(), '{NotAllowed.Message.Replace("'", "''", StringComparison.Ordinal)}', '{ProcessIdentity.Host}')
            """);
        (await TellAsync(account)).ShouldBe("stopped, run failed; page: stopped; status: failing");
        await AddNodeAsync(account, "elsewhere");
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeTrue();
        (await TellAsync(account)).ShouldBe("; page: ; status: ", "another node does it");
        await account.Tables.ExecuteAsync("update wechat.sync_runs set error = 'WeChat answered 40125 to /cgi-bin/stable_token: secret.'");
        (await TellAsync(account)).ShouldBe(", run failed; page: ; status: failing", "no other machine mends that");

        await account.Tables.ExecuteAsync("update followersync.api_stops set host = 'elsewhere'");
        (await stops.ReadAsync(account.Account, default)).ShouldBeEmpty();
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeFalse();
        await stops.RememberAsync(account.Account, NotAllowed, default);
        (await stops.IsRefusedHereAsync(account.Account.AppId, default)).ShouldBeFalse("the other machine is refused as well");
        (await TellAsync(account)).ShouldBe("stopped, run failed; page: stopped; status: failing");
    }

    private static async Task<string> TellAsync(SyncedAccount account)
    {
        string[] appIds = [account.Account.AppId];
        AccountView view = (await account.Database.LookAsync(tx => AccountViewStore.ReadAsync(tx, appIds, withBooks: false), default)).Single();
        AccountCard card = (await account.Database.LookAsync(tx => CardStore.ReadAsync(tx, appIds, only: null), default)).Single();
        AccountStatus status = (await account.NewProcess().GetRequiredService<StatusReader>().SummariseAsync([account.Account], default)).Accounts.Single();
        return $"{(view.StopReason is null ? "" : "stopped")}{(view.Runs is [{ Status: RunStatus.Failed }] ? ", run failed" : "")}; page: {(card.StoppedUntil is null ? "" : "stopped")}; status: {(status.Failing is null ? "" : "failing")}";
    }

    private static Task AddNodeAsync(SyncedAccount account, string host, string process = "p", string cluster = "'brands'", string accounts = "abc") => account.Tables.ExecuteAsync(
        $"""
        insert into followersync.nodes (host, process, node, cluster, version, fingerprint, started_at, last_seen, silence)
        values ('{host}', '{process}', '{host}', {cluster}, '1', 'Sync:{host.Length} WeChat:{accounts} Token:1', now(), now(), '90 s')
        """);
}
