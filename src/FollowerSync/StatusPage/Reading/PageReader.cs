using FollowerSync.Accounts;
using FollowerSync.Alerts;
using FollowerSync.Database;
using FollowerSync.Nodes;
using FollowerSync.Privacy;
using FollowerSync.Scheduling;
using FollowerSync.Sharing;
using FollowerSync.Status;
using Microsoft.Extensions.Options;

namespace FollowerSync.StatusPage.Reading;

/// <summary>Reads what the pages show, each in one transaction, from tables whose size does not follow the number of followers. Only the held people of a run
/// are counted one by one.</summary>
internal sealed class PageReader(
    FollowerDatabase database, RunReader runs, IOptions<WeChatOptions> weChat, AlertSchedule schedule, IOptions<AlertsOptions> alerts, IOptions<ScheduleOptions> own, HashKeyStore hashKeys,
    IOptions<PrivacyOptions> privacy, TokenMirrors mirrors, TimeProvider time)
{
    private const int RunsShown = 20;
    private const int DaysShown = 90;

    private const string AlertsSql =
        """
        select alert, subject, severity, started_at, facts::text as facts from followersync.alerts
        where status = 'firing' and (@subject::text is null or subject = @subject)
        order by severity = 'Critical' desc, started_at, subject
        """;

    private const string QuotasSql =
        """
        select u.api, u.calls, coalesce(u.others, 0) as others, l.daily_limit, l.told_at
        from followersync.api_usage u
        left join lateral (
            select t.daily_limit, t.told_at from followersync.api_usage t
            where t.app_id = u.app_id and t.api = u.api and t.daily_limit is not null order by t.day desc limit 1) l on true
        where u.app_id = @appId and u.day = (now() at time zone interval '8 hours')::date
        order by u.calls desc, u.api
        """;

    private const string MachinerySql =
        "select split_part(current_setting('server_version'), ' ', 1) as server, (select max(name) from followersync.schema_migrations) as schema";

    // Those of the settings: one that was taken out stays as it was when it was last used.
    private const string ChannelsSql = "select channel, delivered_at, failing_since, failures from followersync.alert_channels where channel = any(@channels) order by channel";

    private readonly AlertConditions _conditions = new(schedule, alerts.Value.Grace);

    private ScheduleView Schedule => new(ScheduleWords.Of(own.Value.Cron), own.Value.TimeZone);

    private string[] Configured => [.. weChat.Value.Accounts.Select(account => account.AppId).Where(appId => appId.Length > 0)];

    public Task<OverviewModel> ReadOverviewAsync(CancellationToken cancellationToken) => database.LookAsync(
        async tx =>
        {
            List<AccountCard> cards = await ReadCardsAsync(tx, only: null);
            Machinery machinery = await ReadMachineryAsync(tx);
            return new OverviewModel(cards, FiringAlert.With(await tx.ReadAllAsync<FiringAlert>(AlertsSql, new { subject = (string?)null }), cards), machinery)
            {
                Notices = [.. await FailingMirror.TellAsync(tx, mirrors, weChat.Value.Accounts), .. NodeDifferences.Among(machinery.Nodes)],
                Now = await DatabaseClock.ReadAsync(tx),
                NobodyAnonymised = privacy.Value.WhyNobody(await hashKeys.CompareAsync(tx)),
                Schedule = Schedule,
            };
        },
        cancellationToken);

    /// <summary>The account's; null when neither the settings nor the database know it.</summary>
    public Task<AccountModel?> ReadAccountAsync(string appId, CancellationToken cancellationToken) => !AppIdAttribute.IsAppId(appId) ? Task.FromResult<AccountModel?>(null) : database.LookAsync(
        async tx => (await ReadCardsAsync(tx, appId)).SingleOrDefault() is not { } card ? null : new AccountModel(
            card,
            FiringAlert.With(await tx.ReadAllAsync<FiringAlert>(AlertsSql, new { subject = appId }), [card]),
            await GrowthStore.ReadAsync(tx, appId, DaysShown),
            await CardStore.ReadRunsAsync(tx, appId, RunsShown),
            await tx.ReadAllAsync<ApiQuota>(QuotasSql, new { appId }))
        {
            Notices = [.. await FailingMirror.TellAsync(tx, mirrors, weChat.Value.Accounts.Where(account => account.AppId == appId))],
            NextRunAt = card.Configured ? NodeState.NextRunOf(await NodeStore.ReadAsync(tx)) : null,
            Schedule = Schedule,
        },
        cancellationToken);

    /// <summary>The run's; null when there is none of that number.</summary>
    public async Task<RunModel?> ReadRunAsync(long runId, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken) is not { } run)
            return null;
        return await database.LookAsync(
            async tx => new RunModel(
                run,
                (await ReadCardsAsync(tx, run.View.Run.AppId)).SingleOrDefault() ?? new AccountCard { AppId = run.View.Run.AppId, Name = run.View.Account, Now = await DatabaseClock.ReadAsync(tx) },
                (await tx.ReadAllAsync<SceneName>("select scene, zh, en from wechat.scenes")).ToDictionary(scene => scene.Scene, StringComparer.Ordinal)),
            cancellationToken);
    }

    /// <summary>The runs that go on now.</summary>
    public Task<List<RunProgress>> ReadProgressAsync(CancellationToken cancellationToken) => database.LookAsync(CardStore.ReadRunningAsync, cancellationToken);

    /// <summary>The days of an account, oldest first; null when no account can be called so.</summary>
    public async Task<IReadOnlyList<GrowthDay>?> ReadDaysAsync(string appId, int days, CancellationToken cancellationToken) =>
        AppIdAttribute.IsAppId(appId) ? await database.LookAsync(tx => GrowthStore.ReadAsync(tx, appId, days), cancellationToken) : null;

    private async Task<List<AccountCard>> ReadCardsAsync(Transaction tx, string? only)
    {
        List<AccountCard> cards = await CardStore.ReadAsync(tx, Configured, only);
        return [.. cards.Select(card => card with { Name = NameOf(card), Freshness = FreshnessOf(card) })];
    }

    private string NameOf(AccountCard card) => weChat.Value.Accounts.FirstOrDefault(account => account.AppId == card.AppId)?.DisplayName ?? card.Name;

    // As the alerts have it.
    private Freshness FreshnessOf(AccountCard card) => !card.Configured ? Freshness.NotDue
        : card.PausedAt is null && (card.SuccessAt is null || card.CompleteAsOf is null) ? Freshness.Never
        : _conditions.FreshnessOf(card.View);

    private async Task<Machinery> ReadMachineryAsync(Transaction tx) => await tx.ReadAsync<Machinery>(MachinerySql) with
    {
        Nodes = await NodeStore.ReadAsync(tx),
        Channels = await tx.ReadAllAsync<ChannelState>(ChannelsSql, new { channels = alerts.Value.Channels.Select(channel => channel.DisplayName).ToArray() }),
        ClockAhead = time.GetUtcNow() - await DatabaseClock.ReadAsync(tx),
    };
}
