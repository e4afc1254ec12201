using FollowerSync.Settings;

namespace FollowerSync.Nodes;

/// <summary>Registers what tells this process from others, and which workers live. Needs the opened database.</summary>
internal static class NodeServices
{
    /// <summary>A worker on its own counts as dead after this silence.</summary>
    private static readonly TimeSpan SilenceAlone = TimeSpan.FromSeconds(90);

    public static IServiceCollection AddNodes(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ClusterOptions>(configuration, ClusterOptions.Section);
        services.AddSingleton(OwnNode.Of(Options(configuration)));
        services.AddSingleton<NodeStore>();
        return services;
    }

    /// <summary>Notes that this worker lives, from its start on.</summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configuration">Checked settings.</param>
    /// <param name="version">Version of the program.</param>
    /// <param name="fingerprint">What the settings come to.</param>
    /// <param name="nextRunAt">Tells when the schedule starts the next run.</param>
    public static IServiceCollection AddNodeHeartbeat(
        this IServiceCollection services, IConfiguration configuration, string version, string fingerprint, Func<IServiceProvider, DateTimeOffset?> nextRunAt)
    {
        ClusterOptions cluster = Options(configuration);
        TimeSpan silence = cluster.Enabled ? cluster.CheckIn + cluster.Threshold : SilenceAlone;
        services.AddSingleton(provider => new NodeHeartbeat(
            provider.GetRequiredService<NodeStore>(),
            provider.GetRequiredService<OwnNode>(),
            () => new NodeBeat(version, fingerprint, silence, nextRunAt(provider), Stops: false),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<NodeHeartbeat>>()));
        return services.AddHostedService(provider => provider.GetRequiredService<NodeHeartbeat>());
    }

    private static ClusterOptions Options(IConfiguration configuration) => configuration.GetSection(ClusterOptions.Section).Get<ClusterOptions>() ?? new ClusterOptions();
}
