using FollowerSync.Accounts;
using FollowerSync.Settings;
using FollowerSync.Sync;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Registers the scheduler with its jobs. Needs <see cref="SyncAccount"/>, <see cref="FindLastRun"/>,
/// <see cref="AbandonDeadRuns"/>, <see cref="RecordRun"/>, <see cref="RefreshTokenIfDue"/>, <see cref="FindDueArrivals"/> and <see cref="DrainArrivals"/>.</summary>
internal static class SchedulingServices
{
    // Quartz' own default; with many accounts every one needs a thread for its sync and one for its token.
    private const int FewestThreads = 10;

    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Checked settings: they say which jobs there are.</param>
    public static IServiceCollection AddScheduling(this IServiceCollection services, IConfiguration configuration)
    {
        IList<AccountOptions> accounts = configuration.GetSection(WeChatOptions.Section).Get<WeChatOptions>()?.Accounts ?? [];
        ScheduleOptions schedule = configuration.GetSection(ScheduleOptions.Section).Get<ScheduleOptions>() ?? new ScheduleOptions();

        services.AddSettings<ScheduleOptions>(configuration, ScheduleOptions.Section);
        services.AddSingleton<RefreshPauses>();
        services.AddSingleton<TokenTroubles>();
        services.AddSingleton<Nights>();
        services.AddSingleton<RetryAfter>(provider => provider.GetRequiredService<Nights>().RetryAfter);
        services.AddSingleton<SyncFirings>();
        services.AddSingleton<StartFirings>();
        services.AddSingleton<NightSync>();
        services.AddSingleton<LateRecords>();
        services.AddHostedService(provider => provider.GetRequiredService<LateRecords>());
        services.AddHostedService<SyncAtStart>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
            quartz.UseDefaultThreadPool(Math.Max(FewestThreads, accounts.Count * 2 + 1));
            foreach (AccountOptions account in accounts)
                AddJobs(quartz, account, schedule);
        });
        services.AddHostedService<ClockWatch>();
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        services.AddHostedService<ArrivalWatch>();
        return services;
    }

    private static void AddJobs(IQuartzBuilder quartz, AccountOptions account, ScheduleOptions schedule)
    {
        JobKey sync = AccountJobs.SyncKey(account);
        quartz.AddJob<SyncJob>(job => job.WithIdentity(sync).UsingJobData(AccountJobs.For(account)).StoreDurably());
        // A firing missed by more than a minute (the machine slept, the run before was long) is made up once, at once: a day without a sync
        // is worse than one at another hour, and several missed ones count as one.
        quartz.AddTrigger<SyncJob>(trigger => trigger.ForJob(sync).WithIdentity(sync.Name, sync.Group).WithSchedule(
            CronScheduleBuilder.Create(CronText.Parse(schedule.Cron, schedule.TimeZone)).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));

        JobKey token = AccountJobs.TokenKey(account);
        quartz.AddJob<TokenRefreshJob>(job => job.WithIdentity(token).UsingJobData(AccountJobs.For(account)).StoreDurably());
        quartz.AddTrigger<TokenRefreshJob>(trigger => trigger.ForJob(token).WithIdentity(token.Name, token.Group).StartNow()
            .WithSimpleSchedule(TokenRefreshJob.Interval));
    }
}
