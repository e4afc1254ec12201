using System.CommandLine;

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

    private static async Task<int> RunAsync(CommandContext context, BuildHost buildHost, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.Open(context, parsed, resultsOnOutput: false);
        IHost host = await buildHost(settings, HostParts.Worker, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        RunAnnouncement announcement = host.Services.GetRequiredService<RunAnnouncement>();
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Succeeded;
        }

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
