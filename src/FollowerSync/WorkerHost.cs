using System.Data.Common;
using FollowerSync.AccountMigration;
using FollowerSync.Alerts;
using FollowerSync.Alerts.Heartbeats;
using FollowerSync.Arrivals;
using FollowerSync.CommandLine;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Database.Schema;
using FollowerSync.Logging;
using FollowerSync.Nodes;
using FollowerSync.OAuth;
using FollowerSync.Push;
using FollowerSync.Readings;
using FollowerSync.Runs;
using FollowerSync.Scheduling;
using FollowerSync.Settings;
using FollowerSync.Sharing;
using FollowerSync.Status;
using FollowerSync.StatusPage;
using FollowerSync.StatusPage.Acting;
using FollowerSync.Sync;
using FollowerSync.Systemd;
using FollowerSync.Telemetry.Exporting;
using FollowerSync.Web;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync;

/// <summary>Puts the folders together: one <c>Add…</c> each.</summary>
internal static class WorkerHost
{
    // Before the process is made to end (StopSignal).
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(11);

    /// <summary>The host of a verb, not started yet, its database opened.</summary>
    /// <exception cref="DatabaseException">The database cannot be had; the text says why and what to do.</exception>
    public static async Task<IHost> BuildAsync(VerbSettings settings, HostParts parts, CancellationToken cancellationToken)
    {
        IHost host = Build(settings, parts);
        try
        {
            if (parts != HostParts.Services)
            {
                await OpenDatabaseAsync(host.Services, settings.Context.Mask, parts, cancellationToken);
                await host.Services.GetRequiredService<AccessTokenStore>().RegisterAllAsync(cancellationToken);
            }

            return host;
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }
    }

    private static IHost Build(VerbSettings settings, HostParts parts)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(settings.Configuration);

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<IHostLifetime, StopSignalLifetime>();
        builder.Services.AddSingleton(settings.Context.Time);
        builder.Services.AddWorkerLogging(settings.Logger, settings.Context.Mask);
        builder.Services.AddSingleton(provider => new SecretSettings(settings.Configuration, settings.ReadAgain, provider.GetRequiredService<ILogger<SecretSettings>>()));
        if (parts is HostParts.Sync or HostParts.Worker)
            builder.Services.AddTelemetry(settings.Configuration);
        if (parts == HostParts.Worker)
            AddFirst(builder.Services, settings);
        builder.Services.AddDatabase(settings.Configuration);
        builder.Services.Configure<DatabaseOptions>(database => database.Connections = Math.Max(database.Connections, Schedule(settings.Configuration).Connections));
        builder.Services.AddNodes(settings.Configuration);
        builder.Services.AddWeChat(settings.Configuration, parts == HostParts.Database ? [FollowerSyncSettings.Accounts] : []);
        builder.Services.AddSync(settings.Configuration);
        builder.Services.AddAccountMigration();
        builder.Services.AddReadings();
        builder.Services.AddSharing();
        builder.Services.AddStatus();
        builder.Services.AddAlerts(settings.Configuration);
        builder.Services.AddSingleton<SyncAccount>(WithHeartbeat);
        if (parts is HostParts.Sync or HostParts.Worker)
            builder.Services.AddPrivatePostgresSupervision();
        if (parts == HostParts.Worker)
            AddWorker(builder.Services, settings.Configuration);
        return builder.Build();
    }

    // Hosted services start in this order: a taken port is said before anything else is, and before other programs hear of this worker.
    private static void AddFirst(IServiceCollection services, VerbSettings settings)
    {
        services.AddServiceNotices();
        services.AddSingleton<FeelPulse>(provider => provider.GetRequiredService<SchedulerPulse>().FeelAsync);
        services.AddStatusPage(settings.Configuration);
        services.AddSingleton<StandbyWait>();
        services.AddPushStoring();
        services.AddArrivals(settings.Configuration);
        services.AddOAuth();
        services.AddSingleton(provider => new RunAnnouncement(provider, settings, provider.GetRequiredService<ILogger<RunAnnouncement>>()));
        services.AddHostedService(provider => provider.GetRequiredService<RunAnnouncement>());
    }

    private static void AddWorker(IServiceCollection services, IConfiguration configuration)
    {
        services.AddNodeHeartbeat(
            configuration,
            ProgramVersion.Own,
            FollowerSyncSettings.FingerprintOf(configuration),
            provider => NextRun.After(provider.GetRequiredService<TimeProvider>().GetUtcNow(), provider.GetRequiredService<IOptions<ScheduleOptions>>().Value));
        DatabaseOptions database = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions();
        services.AddKeyedSingleton<DbDataSource>(SharedSchedule.DataSourceKey, (provider, _) => provider.GetRequiredService<DatabaseAccess>()
            .BuildPool(provider.GetRequiredService<IOptions<ScheduleOptions>>().Value.MaxConcurrentRuns + SharedSchedule.SpareConnections, SharedSchedule.LongestStatement));
        services.AddScheduling(configuration, database.MigrateOnStart);
        services.AddJobReconciliation();
        services.AddPush();
        services.AddTokenService();
        services.AddSingleton<AlertSchedule>(provider => moment => NextRun.After(moment, provider.GetRequiredService<IOptions<ScheduleOptions>>().Value));
        services.AddAlerting();
        services.AddPages();
        services.AddSingleton<StartSync>(provider => provider.GetRequiredService<SyncFirings>().ByHandAsync);
        services.AddSingleton<FindLastRun>(provider => (appId, cancellationToken) =>
            provider.GetRequiredService<SyncRunStore>().LastRunByAsync(provider.GetRequiredService<TimeProvider>(), appId, cancellationToken));
        services.AddSingleton<FindPause>(provider => provider.GetRequiredService<PauseStore>().ReadAsync);
        services.AddSingleton<AbandonDeadRuns>(provider => provider.GetRequiredService<SyncRunner>().AbandonDeadRunsAsync);
        services.AddSingleton<MarkLeftAccounts>(provider => provider.GetRequiredService<SyncRunStore>().MarkLeftAsync);
        services.AddSingleton<RecordRun>(provider => provider.GetRequiredService<SyncRunner>().RecordAsync);
        services.AddSingleton<IsRefusedHere>(provider => provider.GetRequiredService<ApiStopStore>().IsRefusedHereAsync);
        services.AddSingleton<FindDueTokens>(provider => provider.GetRequiredService<WeChatClients>().FindDueTokensAsync);
        services.AddSingleton<RefreshTokenIfDue>(provider => provider.GetRequiredService<WeChatClients>().RefreshTokenIfDueAsync);
        services.AddSingleton<FindDueArrivals>(provider => provider.GetRequiredService<EventRunner>().FindDueAsync);
        services.AddSingleton<DrainArrivals>(provider => provider.GetRequiredService<EventRunner>().RunAsync);
        services.AddSingleton<FindDatabaseLack>(provider => provider.GetRequiredService<DatabaseAccess>().FindLackAsync);
    }

    private static ScheduleOptions Schedule(IConfiguration configuration) => configuration.GetSection(ScheduleOptions.Section).Get<ScheduleOptions>() ?? new ScheduleOptions();

    private static SyncAccount WithHeartbeat(IServiceProvider provider) => (account, trigger, progress, cancellationToken) =>
        provider.GetRequiredService<HeartbeatPings>().AroundAsync(account, () => provider.GetRequiredService<SyncWithFollowUps>().RunAsync(account, trigger, progress, cancellationToken));

    private static async Task OpenDatabaseAsync(IServiceProvider services, SecretMask mask, HostParts parts, CancellationToken cancellationToken)
    {
        DatabaseAccess access = services.GetRequiredService<DatabaseAccess>();
        services.GetService<ServiceNotices>()?.Tell("Opening the database");
        await (parts switch
        {
            HostParts.Database => access.ConnectAsync(cancellationToken),
            HostParts.Worker => services.GetRequiredService<StandbyWait>().OpenAsync(access.OpenAsync, cancellationToken),
            _ => access.OpenAsync(cancellationToken),
        });
        if (access.PrivateServer is { } server)
            mask.Register(new NpgsqlConnectionStringBuilder(server.ConnectionString).Password);
    }

    // Signals are the command line's (StopSignal); the host's own listener would answer them a second time.
    private sealed class StopSignalLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
