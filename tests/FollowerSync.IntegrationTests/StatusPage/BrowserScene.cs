using FollowerSync.Alerts.Channels;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>A page with everything on it that can be on it, and a browser: for all tests of a class.</summary>
public sealed class BrowserScene : IAsyncLifetime
{
    public const string Nickname = "<script>alert(1)</script>";
    public const string Shop = "wx00000000000000d1";

    // A shop of three months; a night that WeChat refused, with markup in its words; and one that runs now.
    private const string Shops =
        """
        insert into wechat.accounts values ('wx00000000000000d1', '品牌旗舰店'), ('wx00000000000000d2', '会员服务号'), ('wx00000000000000d3', 'Brand <i>Europe</i>');
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, wechat_total, listed, added, changed, unchanged, unsubscribed, api_calls, complete_as_of)
        select 'wx00000000000000d1', 'schedule', 'succeeded', t, t + interval '4 minutes 12 seconds', 100000 + 90 * n, 100000 + 90 * n, 130 + n % 17, 40, 100000, 40 + n % 11, 1011, t
        from (select n, date_trunc('day', now()) - interval '4 hours 30 minutes' - (90 - n) * interval '1 day' as t from generate_series(1, 90) n) runs;
        insert into followersync.counted_facts (app_id, run_id, known_from, complete_as_of, stored_through, following)
        select 'wx00000000000000d1', max(run_id), min(complete_as_of), max(complete_as_of), max(finished_at), max(listed) from wechat.sync_runs where app_id = 'wx00000000000000d1';
        insert into wechat.daily_scenes (app_id, day, scene, correction, new, follows_earliest, follows_latest, leaves_earliest, leaves_latest, leaves_sure)
        select 'wx00000000000000d1', current_date - 92, 'ADD_SCENE_SEARCH', false, 100000, 100000, 100000, 0, 0, 0
        union all
        select 'wx00000000000000d1', current_date - n, 'ADD_SCENE_QR_CODE', false, 130 + n % 17, 130 + n % 17, 130 + n % 17, 40 + n % 11, 40 + (n + 1) % 11, 20 from generate_series(1, 91) n;
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error)
        values ('wx00000000000000d2', 'schedule', 'failed', now() - interval '5 hours', now() - interval '5 hours', 'WeChat answered 40164 to cgi-bin/stable_token: invalid ip <img src=x onerror=alert(1)> rid: 61d30000-00000000-00000001. Add the address to the IP whitelist.');
        insert into followersync.alerts (alert, subject, severity, status, started_at, seen_at, facts)
        values ('RunFailed', 'wx00000000000000d2', 'Critical', 'firing', now() - interval '5 hours', now(),
                jsonb_build_object('Account', '会员服务号', 'AppId', 'wx00000000000000d2', 'RunId', (select max(run_id) from wechat.sync_runs where app_id = 'wx00000000000000d2'), 'Cause', 'Code',
                    'ErrorCode', 40164, 'IsTokenCall', true, 'RequestId', '61d30000-00000000-00000001', 'SeenAs', '203.0.113.7'));
        with n as (
            insert into followersync.listings (app_id, status, started_at, listed_at, pages, listed, highest_total)
            values ('wx00000000000000d3', 'complete', now() - interval '100 seconds', now() - interval '99 seconds', 8, 80000, 80000) returning listing_id)
        insert into wechat.sync_runs (app_id, trigger, status, started_at, wechat_total, listed, unchanged, listing_id)
        select 'wx00000000000000d3', 'manual', 'running', now() - interval '100 seconds', 80000, 80000, 30000, listing_id from n;
        insert into followersync.leases (app_id, fence, host, process, expires_at) values ('wx00000000000000d3', 1, 'h', 'p', now() + interval '1 hour');
        insert into followersync.api_usage (app_id, api, day, calls) select 'wx00000000000000d1', api, (now() at time zone interval '8 hours')::date, calls
        from (values ('/cgi-bin/user/get', 11), ('/cgi-bin/user/info/batchget', 1000)) c (api, calls);
        update followersync.api_usage set daily_limit = 500000, others = 0, told_at = now() where app_id = 'wx00000000000000d1' and api = '/cgi-bin/user/info/batchget';
        insert into followersync.nodes (host, process, node, version, fingerprint, started_at, last_seen, silence, next_run_at)
        values ('h', 'p', 'worker-1', '0.1.0', 'f', now() - interval '3 days', now(), interval '1 hour', date_trunc('day', now()) + interval '19 hours 30 minutes');
        insert into followersync.alert_channels (channel, settings, delivered_at) values ('WeCom', 's', now() - interval '5 hours');
        """;

    internal PageScene Scene { get; private set; } = null!;

    internal PageBrowser Browser { get; } = new();

    /// <summary>The run that waits for a person.</summary>
    public long Held { get; private set; }

    internal Look Page(string path) => new(new Uri(Scene.Address, path));

    public async Task InitializeAsync()
    {
        Scene = await PageScene.CreateAsync();
        foreach (string openId in Scene.Account.Truth.Followers().Select(follower => follower.OpenId).ToArray())
            Scene.Account.Truth.SetProfile(openId, follower => follower with { Nickname = Nickname });
        (await Scene.Account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        Held = (await Scene.HoldAsync(100)).RunId;
        await Scene.Tables.ExecuteAsync(Shops);
        Scene.Alerts.Channels.Add(new AlertChannelOptions { Kind = ChannelKind.WeCom });
        await Scene.StartAsync();
    }

    public async Task DisposeAsync()
    {
        Browser.Dispose();
        await Scene.DisposeAsync();
    }
}
