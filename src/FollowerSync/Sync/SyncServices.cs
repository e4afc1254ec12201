using FollowerSync.Facts;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sync;

/// <summary>Registers the run. Needs WeChat and the opened database.</summary>
internal static class SyncServices
{
    public static IServiceCollection AddSync(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<SyncOptions>(configuration, SyncOptions.Section);
        services.AddSettings<PrivacyOptions>(configuration, PrivacyOptions.Section);
        services.AddSingleton(provider => new Pseudonyms(provider.GetRequiredService<IOptions<PrivacyOptions>>().Value.HashKey));
        services.AddSingleton<HashKeyStore>();
        services.AddSingleton<PrivacyWarning>();
        services.AddHostedService(provider => provider.GetRequiredService<PrivacyWarning>());
        services.AddSingleton<SyncRunStore>();
        services.AddSingleton<PauseStore>();
        services.AddSingleton<RunLeases>();
        services.AddSingleton<RoundSetup>();
        services.TryAddSingleton<RetryAfter>((_, _) => null);
        services.AddSingleton<RunEnding>();
        services.AddSingleton<SyncRunner>();
        services.AddSingleton<EventRunner>();
        services.AddSingleton<HeldRuns>();
        services.AddSingleton<RunApproval>();
        services.AddSingleton<RunForecaster>();
        services.AddSingleton<PersonSearch>();
        services.AddSingleton<PersonErasure>();
        services.AddSingleton<FactRebuild>();
        services.AddSingleton<PersonAnonymisation>();
        services.AddSingleton<PrivacyDelay>();
        services.AddSingleton<IAfterRun, LeaverPrivacy>();
        services.AddSingleton<IAfterRun, VisitorRetention>();
        services.AddSingleton<IAfterRun, OldChanges>();
        services.AddSingleton<IAfterRun, OldRefusals>();
        services.AddSingleton<IAfterRun, OldArrivals>();
        services.AddSingleton<SyncWithFollowUps>();
        services.AddSingleton<SyncAccount>(provider => provider.GetRequiredService<SyncWithFollowUps>().RunAsync);
        return services;
    }
}
