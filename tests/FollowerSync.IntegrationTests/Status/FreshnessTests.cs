using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Status;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Status;

/// <summary><c>wechat.freshness</c> says how old the data is, and why.</summary>
public sealed class FreshnessTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 300 };

    [Fact]
    public async Task Old_data_says_since_when_nothing_is_complete_and_why()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        (await WhyAsync(account)).ShouldBe("");
        await AgeAsync(account, days: 26);

        (await WhyAsync(account)).ShouldMatch(
            "^Nothing is complete since 20[0-9 :-]{14}. No run has begun since 20[0-9 :-]{14}: no worker runs. Start it: followersync run.$");
        await account.Tables.ExecuteAsync("insert into followersync.nodes (host, process, node, version, fingerprint, started_at, last_seen, silence) values ('h', 'p', 'n', '1', '', now(), now(), '90 s')");
        (await WhyAsync(account)).ShouldEndWith(": look at Schedule:Cron, and at what followersync status says.");
        await account.Tables.ExecuteAsync($"insert into followersync.pauses (app_id, paused_at, paused_by) values ('{account.Account.AppId}', now(), '')");
        (await WhyAsync(account)).ShouldMatch("^Nothing is complete since 20[0-9 :-]{14}. Its schedule is paused on the status page since 20[0-9 :-]{14}.$");
        await account.Tables.ExecuteAsync("delete from followersync.pauses");

        await StartRunAsync(account, "failed", "'WeChat was away.'");
        (await WhyAsync(account)).ShouldMatch("^Nothing is complete since 20[0-9 :-]{14}. The newest run, begun at 20[0-9 :-]{14}, ended as failed: WeChat was away.$");
    }

    [Fact]
    public async Task A_run_whose_process_died_is_not_under_way()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        await StartRunAsync(account, "running", "null");
        string lease = $"insert into followersync.leases (app_id, fence, host, process, expires_at) values ('{account.Account.AppId}', 9, 'h', 'p', now() + interval '1 minute') on conflict (app_id) do update set expires_at = excluded.expires_at";
        await account.Tables.ExecuteAsync(lease);
        (await WhyAsync(account)).ShouldBe("A run is under way.");
        (await LastRunAsync(account)).Status.ShouldBe(RunStatus.Running);

        await account.Tables.ExecuteAsync("update followersync.leases set expires_at = now() - interval '1 second'");

        (await WhyAsync(account)).ShouldMatch("^The newest run, begun at 20[0-9 :-]{14}, was broken off: its process died");
        SyncRun told = await LastRunAsync(account);
        told.Status.ShouldBe(RunStatus.Abandoned);
        told.Error.ShouldNotBeNull().ShouldStartWith("Broken off");
    }

    [Fact]
    public async Task What_nobody_can_approve_is_not_told_as_held()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(100).ToArray())
            account.Truth.Unfollow(follower.OpenId);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Held);
        (await account.Tables.ReadAsync<long>("select held from wechat.freshness")).ShouldBe(100);

        await account.Tables.ExecuteAsync("update wechat.sync_runs set status = 'partial' where status = 'held'");

        (await account.Tables.ReadAsync<long>("select held from wechat.freshness")).ShouldBe(0);
    }

    private static async Task AgeAsync(SyncedAccount account, int days) => await account.Tables.ExecuteAsync(
        $"update wechat.sync_runs set started_at = started_at - interval '{days} days', finished_at = finished_at - interval '{days} days', complete_as_of = complete_as_of - interval '{days} days'");

    private static Task StartRunAsync(SyncedAccount account, string status, string error) => account.Tables.ExecuteAsync(
        $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error) values ('{account.Account.AppId}', 'schedule', '{status}', now(), case when '{status}' <> 'running' then now() end, {error})");

    private static Task<string> WhyAsync(SyncedAccount account) => account.Tables.ReadAsync<string>("select coalesce(why, '') from wechat.freshness");

    private static async Task<SyncRun> LastRunAsync(SyncedAccount account) =>
        (await account.NewProcess().GetRequiredService<StatusReader>().ReadAsync([account.Account], default)).Accounts.Single().LastRuns[0];
}
