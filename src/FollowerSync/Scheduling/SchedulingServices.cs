using FollowerSync.Accounts;
using FollowerSync.Nodes;
using FollowerSync.Settings;
using FollowerSync.Sync;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Registers the scheduler with its jobs. Needs <see cref="SyncAccount"/>, <see cref="FindLastRun"/>, <see cref="FindPause"/>,
/// <see cref="AbandonDeadRuns"/>, <see cref="RecordRun"/>, <see cref="FindDueTokens"/>, <see cref="RefreshTokenIfDue"/>, <see cref="FindDueArrivals"/> and <see cref="DrainArrivals"/>.</summary>
internal static class SchedulingServices
{
    /// <summary>The scheduler looks at the clock so often: what a clock that was set forward left out is made up by then.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(5);

    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Checked settings: they say which jobs there are.</param>
    /// <param name="migrates">Whether missing tables of a shared schedule are created.</param>
    public static IServiceCollection AddScheduling(this IServiceCollection services, IConfiguration configuration, bool migrates)
    {
        IList<AccountOptions> accounts = configuration.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts ?? [];
        ClusterOptions cluster = configuration.GetSection(ClusterOptions.Section).Get<ClusterOptions>() ?? new ClusterOptions();
        ScheduleOptions schedule = configuration.GetSection(ScheduleOptions.Section).Get<ScheduleOptions>() ?? new ScheduleOptions();

        services.AddSettings<ScheduleOptions>(configuration, ScheduleOptions.Section);
        services.AddSingleton<TokenTroubles>();
        services.AddSingleton<Nights>();
        services.AddSingleton<RetryAfter>(provider => provider.GetRequiredService<Nights>().RetryAfter);
        services.AddSingleton<SyncFirings>();
        services.AddSingleton<StartFirings>();
        services.AddSingleton<NightSync>();
        services.AddSingleton<NodeTurn>();
        services.AddSingleton<LateRecords>();
        services.AddSingleton<SchedulerPulse>();
        services.AddHostedService(provider => provider.GetRequiredService<LateRecords>());
        services.AddSingleton<ScheduledJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<ScheduledJobs>());
        services.AddHostedService<SyncAtStart>();
        services.AddHostedService<TokenWatch>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
                scheduler.IdleWaitTime = LongestIdle;
            });
            quartz.UseDefaultThreadPool(schedule.MaxConcurrentRuns);
            if (cluster.Enabled)
                SharedSchedule.Use(quartz, cluster, accounts, migrates);
        });
        services.AddHostedService<ClockWatch>();
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        services.AddHostedService<ArrivalWatch>();
        return services;
    }

    /// <summary>Has accounts that left the settings marked and taken out of the schedule. Needs <see cref="NodeHeartbeat"/> and <see cref="MarkLeftAccounts"/>.</summary>
    public static IServiceCollection AddJobReconciliation(this IServiceCollection services) => services.AddHostedService<JobReconciliation>();
}
