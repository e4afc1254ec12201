using System.Collections.Concurrent;
using System.Threading.Channels;
using FollowerSync.Accounts;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using FollowerSync.Settings;
using FollowerSync.Sync;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Quartz;

namespace FollowerSync.Tests.Scheduling;

/// <summary>A host with the scheduler of the worker and two accounts, whose syncs and token refreshes are scripted.</summary>
internal sealed class ScheduledWorker : IAsyncDisposable
{
    public const string First = "wx0000000000000001";
    public const string Second = "wx0000000000000002";

    private readonly Channel<(string AppId, SyncTrigger Trigger)> _started = Channel.CreateUnbounded<(string, SyncTrigger)>();
    private readonly Channel<string> _refreshed = Channel.CreateUnbounded<string>();
    private readonly IHost _host;

    /// <param name="cron">The schedule; by default one that does not fire during a test.</param>
    /// <param name="runAtStart">Whether accounts never synced are synced at once.</param>
    /// <param name="time">The clock; by default the machine's.</param>
    /// <param name="timeZone">Time zone of the schedule.</param>
    /// <param name="retryPause">Pause before a failed run is tried again.</param>
    /// <param name="spread">Time over which accounts begin.</param>
    public ScheduledWorker(string cron = "0 0 0 1 1 ? 2090", bool runAtStart = true, TimeProvider? time = null, string timeZone = "Asia/Shanghai", string retryPause = "00:02:00", string spread = "00:00:00")
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        IConfigurationRoot settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["WeChat:Accounts:0:AppId"] = First,
            ["WeChat:Accounts:0:AppSecret"] = "secret-one",
            ["WeChat:Accounts:1:AppId"] = Second,
            ["WeChat:Accounts:1:AppSecret"] = "secret-two",
            ["Schedule:Cron"] = cron,
            ["Schedule:TimeZone"] = timeZone,
            ["Schedule:RunAtStart"] = runAtStart ? "true" : "false",
            ["Schedule:RetryPause"] = retryPause,
            ["Schedule:Spread"] = spread,
        }).Build();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Logging.AddProvider(Log);
        builder.Services.AddSettings<WeChatOptions>(settings, WeChatOptions.Section);
        builder.Services.AddSingleton(OwnNode.Of(new ClusterOptions()));
        builder.Services.AddScheduling(settings, migrates: false);
        builder.Services.Replace(ServiceDescriptor.Singleton(provider => ActivatorUtilities.CreateInstance<SyncFirings>(provider, FailingSchedulers.Of(provider.GetRequiredService<ISchedulerFactory>(), () => FailingPlans-- > 0))));
        builder.Services.AddSingleton<SyncAccount>(RunAsync);
        builder.Services.AddSingleton<FindLastRun>((appId, _) => FailingLooks-- > 0
            ? throw new NpgsqlException("told to be away") : Task.FromResult(LastRuns.GetValueOrDefault(appId)));
        builder.Services.AddSingleton<FindPause>((appId, _) => Task.FromResult<DateTimeOffset?>(Paused.TryGetValue(appId, out DateTimeOffset since) ? since : null));
        builder.Services.AddSingleton<AbandonDeadRuns>((account, _) =>
        {
            Recovered.Add(account.AppId);
            return Task.CompletedTask;
        });
        builder.Services.AddSingleton<RecordRun>((missed, _) =>
        {
            Recorded.Enqueue(missed);
            return Task.CompletedTask;
        });
        builder.Services.AddSingleton<IsRefusedHere>((_, _) => Task.FromResult(false));
        builder.Services.AddSingleton<FindDueTokens>((accounts, _) => Task.FromResult<IReadOnlyList<AccountOptions>>([.. accounts]));
        builder.Services.AddSingleton<RefreshTokenIfDue>(RefreshAsync);
        builder.Services.AddSingleton<FindDueArrivals>((appIds, _) => Task.FromResult<IReadOnlyList<string>>([.. appIds.Where(appId => Drain.ContainsKey(appId))]));
        builder.Services.AddSingleton<DrainArrivals>((account, cancellationToken) => Drain[account.AppId](cancellationToken));
        _host = builder.Build();
    }

    public RememberedLines Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    /// <summary>Accounts whose dead runs were closed.</summary>
    public ConcurrentBag<string> Recovered { get; } = [];

    /// <summary>Runs that the database missed and that were recorded afterwards.</summary>
    public ConcurrentQueue<UnrecordedRun> Recorded { get; } = [];

    /// <summary>How many times looking for the last run still fails.</summary>
    public int FailingLooks { get; set; }

    /// <summary>How many times the schedule still takes nothing.</summary>
    public int FailingPlans { get; set; }

    /// <summary>Accounts with arrivals, and what draining them does.</summary>
    public ConcurrentDictionary<string, Func<CancellationToken, Task<SyncRun?>>> Drain { get; } = new(StringComparer.Ordinal);

    /// <summary>Accounts that somebody paused, and since when.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Paused { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, SyncRun?> LastRuns { get; } = new(StringComparer.Ordinal);

    /// <summary>What a sync of an account does; by default it succeeds at once. One that fails does so for a passing reason.</summary>
    public Func<string, CancellationToken, Task<RunStatus>> Sync { get; set; } = (_, _) => Task.FromResult(RunStatus.Succeeded);

    public Func<string, CancellationToken, Task> Refresh { get; set; } = (_, _) => Task.CompletedTask;

    public static SyncRun Run(string appId, RunStatus status) =>
        new() { RunId = 1, AppId = appId, Trigger = SyncTrigger.Schedule, Status = status, StartedAt = DateTimeOffset.UnixEpoch };

    /// <summary>Asks for a sync as the status page does.</summary>
    public Task SyncByHandAsync(string appId) => _host.Services.GetRequiredService<SyncFirings>().ByHandAsync(new AccountOptions { AppId = appId }, default);

    /// <summary>The scheduler starts a moment after the host.</summary>
    public async Task RunningAsync()
    {
        IScheduler scheduler = await _host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(10));
        while (scheduler.Status != SchedulerStatus.Running)
            await timer.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>The scheduler's pulse, felt by somebody whose clock is ahead of the scheduler's.</summary>
    public Task<string?> FeelPulseAsync(TimeSpan ahead = default)
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow() + ahead);
        return ActivatorUtilities.CreateInstance<SchedulerPulse>(_host.Services, clock).FeelAsync(default);
    }

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    public async Task<(string AppId, SyncTrigger Trigger)> NextSyncAsync() =>
        await _started.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

    public async Task<string> NextRefreshAsync() => await _refreshed.Reader.ReadAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private async Task<SyncRun> RunAsync(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        _started.Writer.TryWrite((account.AppId, trigger));
        SyncRun run = Run(account.AppId, await Sync(account.AppId, cancellationToken));
        return run.Status == RunStatus.Failed ? run with { RetryIn = _host.Services.GetRequiredService<RetryAfter>()(account.AppId, trigger) } : run;
    }

    private Task RefreshAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        _refreshed.Writer.TryWrite(account.AppId);
        return Refresh(account.AppId, cancellationToken);
    }
}
