using System.Globalization;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>Workers that share a schedule, each a process of its own, and what they share.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>How often they show that they live, and how much longer they may be silent: as short as the settings allow, so that a test lasts for seconds.</summary>
    public static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Threshold = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    // What runs and triggers stand like, but for those that are done with.
    private const string StandSql =
        """
        select concat_ws(E'\n',
            (select string_agg(concat_ws(' ', run_id, app_id, trigger, status, node, started_at, finished_at, retry_at, error_en), E'\n' order by run_id) from wechat.sync_runs where status <> 'succeeded' or trigger <> 'schedule'),
            (select string_agg(concat_ws(' ', sched_name, trigger_group, trigger_name, trigger_state, next_fire_time, prev_fire_time), E'\n') from quartz.qrtz_triggers where trigger_state <> 'WAITING' or next_fire_time < (extract(epoch from now() + interval '1 day') * 10000000)::bigint + 621355968000000000),
            (select string_agg(concat_ws(' ', instance_name, trigger_group, trigger_name, state, fired_time), E'\n') from quartz.qrtz_fired_triggers))
        """;

    private readonly Dictionary<string, FollowerSyncProcess> _nodes = new(StringComparer.Ordinal);

    private Cluster(Installation installation) => Installation = installation;

    public Installation Installation { get; }

    /// <param name="emulator">The WeChat.</param>
    /// <param name="cron">The schedule; by default one that does not fire during a test.</param>
    public static async Task<Cluster> CreateAsync(EmulatorOptions emulator, string cron = "0 0 0 1 1 ? 2090")
    {
        Installation installation = await Installation.CreateAsync(emulator);
        foreach ((string key, string value) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Cluster__Enabled"] = "true",
            ["Cluster__CheckIn"] = CheckIn.ToString("c", CultureInfo.InvariantCulture),
            ["Cluster__Threshold"] = Threshold.ToString("c", CultureInfo.InvariantCulture),
            ["Cluster__Lease"] = Lease.ToString("c", CultureInfo.InvariantCulture),
            ["Schedule__Cron"] = cron,
            ["Schedule__TimeZone"] = "UTC",
            ["Database__Retries"] = "3",
        })
            installation.Settings[key] = value;
        return new Cluster(installation);
    }

    /// <summary>Several small accounts.</summary>
    public static EmulatorOptions Accounts(int count, int followers) => new()
    {
        Accounts =
        [
            .. Enumerable.Range(0, count).Select(number => new EmulatedAccountOptions
            {
                AppId = string.Create(CultureInfo.InvariantCulture, $"wx{number:x16}"),
                AppSecret = string.Create(CultureInfo.InvariantCulture, $"{number:x32}"),
                Followers = followers,
            }),
        ],
        RememberedRequests = 100_000,
    };

    /// <summary>Waits until so many accounts are in the schedule.</summary>
    public async Task ScheduledAsync(int accounts)
    {
        await UntilAsync("select to_regclass('quartz.qrtz_scheduler_state') is not null", TimeSpan.FromMinutes(1));
        await UntilAsync($"select count(*) = {accounts} from quartz.qrtz_triggers where trigger_group = 'sync'", TimeSpan.FromMinutes(2));
    }

    /// <summary>Makes every account due at the same moment, as the schedule would: so soon that the moment need not be guessed before the nodes are up.</summary>
    public Task FireAllAsync() => Installation.Database.ExecuteAsync(
        "update quartz.qrtz_triggers set next_fire_time = (extract(epoch from now()) * 10000000)::bigint + 621355968000000000 where trigger_group = 'sync'");

    public FollowerSyncProcess Start(string node)
    {
        Installation.Settings["Cluster__Node"] = node;
        return _nodes[node] = Installation.Start("run");
    }

    public FollowerSyncProcess this[string node] => _nodes[node];

    /// <summary>The node that works on the only run under way.</summary>
    public async Task<string> RunningAsync() => await ReadAsync<string>("select node from wechat.sync_runs where status = 'running'");

    public string OtherThan(string node) => _nodes.Keys.Single(other => other != node);

    public Task<T> ReadAsync<T>(string sql) => Installation.Database.ReadAsync<T>(sql);

    /// <summary>Waits until a query answers true.</summary>
    public Task UntilAsync(string sql, FollowerSyncProcess? process = null) => Installation.UntilAsync(() => ReadAsync<bool>(sql), sql, process ?? _nodes.Values.First(node => !node.HasExited));

    /// <summary>Likewise for long.</summary>
    public async Task UntilAsync(string sql, TimeSpan deadline)
    {
        try
        {
            await Installation.UntilAsync(() => ReadAsync<bool>(sql), sql, _nodes.Values.First(node => !node.HasExited), deadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n{await ReadAsync<string>(StandSql)}\n{string.Join('\n', _nodes.Select(node => $"{node.Key}:\n{node.Value.Output}\n{node.Value.Error}"))}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FollowerSyncProcess node in _nodes.Values)
            await node.DisposeAsync();
        await Installation.DisposeAsync();
    }
}
