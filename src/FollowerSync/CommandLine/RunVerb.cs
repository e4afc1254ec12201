using System.CommandLine;
using FollowerSync.Database;

namespace FollowerSync.CommandLine;

/// <summary><c>run</c>: the worker until it is stopped.</summary>
internal static class RunVerb
{
    public static Verb Create(CommandContext context, BuildHost buildHost)
    {
        Verb verb = new("run", "Syncs on schedule and serves the status page until stopped.")
        {
            Examples =
            [
                ("followersync run", "with the schedule of the settings (Schedule:Cron)"),
                ("Schedule__Cron='0 0 * * * ?' followersync run", "every hour"),
            ],
            Notes = "Ctrl+C, SIGTERM and SIGHUP stop it within 15 seconds: a running sync is closed as cancelled, and what it stored stays.",
        };
        verb.SetAction((parsed, cancellationToken) => RunAsync(context, buildHost, parsed, cancellationToken));
        return verb;
    }

    // A stop is a stop at every moment, also before the worker has its database.
    private static async Task<int> RunAsync(CommandContext context, BuildHost buildHost, ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await WorkAsync(context, buildHost, parsed, cancellationToken);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException or DatabaseException)
        {
            return ExitCodes.Succeeded;
        }
    }

    private static async Task<int> WorkAsync(CommandContext context, BuildHost buildHost, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.Open(context, parsed, resultsOnOutput: false);
        IHost host = await buildHost(settings, HostParts.Worker, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        RunAnnouncement announcement = host.Services.GetRequiredService<RunAnnouncement>();
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await host.StartAsync(cancellationToken);
        await CancellationWait.AnyAsync(cancellationToken, stopping);
        if (cancellationToken.IsCancellationRequested)
            announcement.Stop();
        // The host has a deadline of its own for this.
        await host.StopAsync(CancellationToken.None);
        announcement.Stopped();
        // The host stops by itself only when a part of it has failed, and has said so in the log.
        return cancellationToken.IsCancellationRequested ? ExitCodes.Succeeded : ExitCodes.Failed;
    }
}
