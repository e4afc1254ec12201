using System.Diagnostics.Metrics;
using FollowerSync.Accounts;
using FollowerSync.Database;
using Microsoft.Extensions.Options;

namespace FollowerSync.Telemetry.Exporting;

/// <summary>What the database knows, as gauges: read once a minute from small tables, so that they are right from the start of the worker on. While the database
/// is away nothing is told rather than something old.</summary>
internal sealed class GaugeReadings : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const string AccountsSql =
        $"""
        select a.account, s.at as last_success, t.total as wechat_total, f.following, k.seconds_left, (n.status in ('failed', 'abandoned'))::int::bigint as failed,
               exists (select from wechat.sync_runs r where r.app_id = a.app_id and r.status = 'held')::int::bigint as held,
               case when not exists (select from followersync.pauses p where p.app_id = a.app_id) and not (n.status = 'partial' and coalesce(w.paused_at >= n.started_at, false)) then greatest(
                   coalesce(s.at, (select extract(epoch from min(r.started_at))::double precision from wechat.sync_runs r where r.app_id = a.app_id and r.trigger <> 'event' and r.started_at <= {DatabaseClock.Latest})),
                   (select extract(epoch from max(x.ended_at))::double precision from followersync.page_actions x
                    where x.app_id = a.app_id and x.action = 'resume' and x.outcome = 'done' and x.ended_at <= {DatabaseClock.Latest})) end as unsuccessful_since
        from unnest(@appIds::text[], @names::text[]) a (app_id, account)
        left join followersync.counted_facts f on f.app_id = a.app_id
        left join lateral (
            select extract(epoch from coalesce(r.approved_at, r.finished_at))::double precision as at from wechat.sync_runs r
            where r.app_id = a.app_id and r.trigger <> 'event' and r.status = 'succeeded' and greatest(r.started_at, r.finished_at, r.approved_at) <= {DatabaseClock.Latest} order by r.started_at desc limit 1) s on true
        left join lateral (
            select r.status, r.started_at from wechat.sync_runs r
            where r.app_id = a.app_id and r.trigger <> 'event' and r.status not in ('running', 'cancelled') and r.started_at <= {DatabaseClock.Latest} order by r.started_at desc, r.run_id desc limit 1) n on true
        left join lateral (select l.paused_at from followersync.listings l where l.app_id = a.app_id order by l.listing_id desc limit 1) w on true
        left join lateral (
            select r.wechat_total as total from wechat.sync_runs r
            where r.app_id = a.app_id and r.trigger <> 'event' and r.wechat_total is not null and r.started_at <= {DatabaseClock.Latest} order by r.started_at desc limit 1) t on true
        left join lateral (
            select extract(epoch from greatest(max(k.expires_at) - now(), interval '0'))::double precision as seconds_left from followersync.access_tokens k
            where k.app_id = a.app_id and k.access_token is not null) k on true
        """;

    private const string UsageSql =
        """
        select a.name as account, u.api, sum(u.calls)::bigint as calls, max(u.daily_limit) as daily_limit
        from followersync.api_usage u join wechat.accounts a on a.app_id = u.app_id
        where u.day = (now() at time zone interval '8 hours')::date and u.app_id = any(@appIds)
        group by a.name, u.api
        """;

    private readonly FollowerDatabase _database;
    private readonly TimeProvider _time;
    private readonly string[] _appIds;
    private readonly string[] _names;
    private readonly Meter _meter = new(Instruments.Name);
    private volatile IReadOnlyList<AccountRow> _accounts = [];
    private volatile IReadOnlyList<UsageRow> _usage = [];

    public GaugeReadings(FollowerDatabase database, IOptions<WeChatOptions> weChat, TimeProvider time)
    {
        (_database, _time) = (database, time);
        // An account that left the settings is nobody's to sync: it would count as overdue for ever.
        _appIds = [.. weChat.Value.Accounts.Select(account => account.AppId)];
        _names = [.. weChat.Value.Accounts.Select(account => account.DisplayName)];
        _meter.CreateObservableGauge("followersync.run.last_success.time", () => Of(row => row.LastSuccess), "s", "When the last run succeeded, in seconds since 1970.");
        _meter.CreateObservableGauge(
            "followersync.run.unsuccessful_since.time", () => Of(row => row.UnsuccessfulSince), "s",
            "When the last run succeeded, the first began where none has, or the schedule was resumed since, in seconds since 1970.");
        _meter.CreateObservableGauge("followersync.run.failed", () => Of(row => row.Failed), "{run}", "1 while the newest run that ended failed or died, else 0.");
        _meter.CreateObservableGauge("followersync.run.held", () => Of(row => row.Held), "{run}", "1 while a run waits for approval, else 0.");
        _meter.CreateObservableGauge(
            "followersync.follower.known", () => Known(row => row.WechatTotal, "wechat").Concat(Known(row => row.Following, "database")), "{follower}", "Followers the account has, by WeChat's word and as stored.");
        _meter.CreateObservableGauge("followersync.token.expires_in", () => Of(row => row.SecondsLeft), "s", "How long the access token still lives.");
        _meter.CreateObservableGauge("wechat.quota.used", () => Calls(row => row.Calls), "{call}", "Calls this program made today in Beijing.");
        _meter.CreateObservableGauge("wechat.quota.limit", () => Calls(row => row.DailyLimit), "{call}", "Calls a day that WeChat allows, once it was asked today.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, _time);
        do
        {
            try
            {
                (_accounts, _usage) = await _database.RunOnceAsync<(IReadOnlyList<AccountRow>, IReadOnlyList<UsageRow>)>(
                    async tx => (await tx.ReadAllAsync<AccountRow>(AccountsSql, new { appIds = _appIds, names = _names }), await tx.ReadAllAsync<UsageRow>(UsageSql, new { appIds = _appIds })), stoppingToken);
            }
#pragma warning disable CA1031 // Whatever kept them from being read, the worker goes on; its log tells of the database.
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                (_accounts, _usage) = ([], []);
            }
#pragma warning restore CA1031
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<T>> Of<T>(Func<AccountRow, T?> read)
        where T : struct =>
        _accounts.Where(row => read(row) is not null).Select(row => new Measurement<T>(read(row)!.Value, Instruments.Account(row.Account)));

    private IEnumerable<Measurement<long>> Known(Func<AccountRow, long?> read, string source) =>
        _accounts.Where(row => read(row) is not null).Select(row => new Measurement<long>(read(row)!.Value, Instruments.Account(row.Account), new("source", source)));

    private IEnumerable<Measurement<long>> Calls(Func<UsageRow, long?> read) =>
        _usage.Where(row => read(row) is not null).Select(row => new Measurement<long>(read(row)!.Value, Instruments.Account(row.Account), Instruments.Api(row.Api)));

    private sealed record AccountRow
    {
        public string Account { get; init; } = "";

        public double? LastSuccess { get; init; }

        public long? WechatTotal { get; init; }

        public long? Following { get; init; }

        public double? SecondsLeft { get; init; }

        /// <summary>1 or 0; null = no run has ended yet.</summary>
        public long? Failed { get; init; }

        /// <summary>1 or 0.</summary>
        public long? Held { get; init; }

        /// <summary>Null = no run has begun yet, somebody has paused the schedule, or a round waits for the next day's calls.</summary>
        public double? UnsuccessfulSince { get; init; }
    }

    private sealed record UsageRow
    {
        public string Account { get; init; } = "";

        public string Api { get; init; } = "";

        public long Calls { get; init; }

        public long? DailyLimit { get; init; }
    }
}
