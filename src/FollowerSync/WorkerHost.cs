using FollowerSync.CommandLine;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.Scheduling;
using FollowerSync.Settings;
using FollowerSync.StatusPage;
using FollowerSync.Sync;
using FollowerSync.WeChat;

namespace FollowerSync;

/// <summary>Puts the folders together: one <c>Add…</c> each.</summary>
internal static class WorkerHost
{
    // Fifteen seconds are promised; what is left is for the process to end.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(12);

    public static IHost Build(VerbSettings settings, HostParts parts)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(settings.Configuration);

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<IHostLifetime, StopSignalLifetime>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddWorkerLogging(settings.Logger, settings.Context.Mask);
        builder.Services.AddSettings<WeChatOptions>(settings.Configuration, WeChatOptions.Section);
        builder.Services.AddSettings<TokenOptions>(settings.Configuration, TokenOptions.Section);
        builder.Services.AddSettings<SyncOptions>(settings.Configuration, SyncOptions.Section);
        builder.Services.AddSettings<DatabaseOptions>(settings.Configuration, DatabaseOptions.Section);
        builder.Services.AddSingleton<SyncRunner>();
        builder.Services.AddSingleton<RunSync>(services => services.GetRequiredService<SyncRunner>().RunAsync);

        if (parts == HostParts.Worker)
        {
            builder.Services.AddScheduling(settings.Configuration);
            builder.Services.AddStatusPage(settings.Configuration);
        }

        return builder.Build();
    }

    // Signals are the command line's (StopSignal); the host's own listener would answer them a second time.
    private sealed class StopSignalLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
