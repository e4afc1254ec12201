using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>A worker that is killed in the middle of a run of arrivals.</summary>
public sealed class KilledDrainTests
{
    private const int People = 3_000;

    [Fact]
    public async Task A_worker_killed_while_it_asks_about_arrivals_loses_nobody_and_the_next_one_goes_on()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = People, Latency = TimeSpan.FromMilliseconds(50) });
        installation.Settings["Schedule__RunAtStart"] = "false";
        string[] arrived = [.. installation.WeChat.Account.Followers().Select(f => f.OpenId)];
        await installation.Database.ExecuteAsync(
            $"""
            insert into followersync.arrivals (app_id, fingerprint, openid, kind, happened_at, received_at, source, trusted)
            select '{installation.WeChat.Account.AppId}', convert_to(openid, 'UTF8'), openid, 'subscribe', now(), now() - interval '4 seconds', 'push', true
            from unnest(string_to_array('{string.Join(',', arrived)}', ',')) openid
            """);

        FollowerSyncProcess killed = installation.Start("run");
        await installation.UntilAsync("select exists (select from followersync.arrivals where state = 'done')", killed);
        await killed.KillAsync();
        await killed.DisposeAsync();

        (await CountAsync(installation, "from wechat.followers")).ShouldBe(await CountAsync(installation, "from followersync.arrivals where state = 'done'"));
        (await CountAsync(installation, "from followersync.arrivals where state = 'waiting'")).ShouldBeGreaterThan(0, "it was in the middle of them");
        await installation.Database.ExecuteAsync("update followersync.leases set expires_at = now()");
        await using FollowerSyncProcess next = installation.Start("run");
        await installation.UntilAsync("select not exists (select from followersync.arrivals where state = 'waiting')", next);
        (await CountAsync(installation, "from wechat.followers where subscribe")).ShouldBe(arrived.Length);
        (await CountAsync(installation, "from wechat.sync_runs where status = 'abandoned'")).ShouldBe(1);
    }

    private static Task<long> CountAsync(Installation installation, string what) => installation.Database.ReadAsync<long>($"select count(*) {what}");
}
