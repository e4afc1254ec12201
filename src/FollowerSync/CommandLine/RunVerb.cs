using System.CommandLine;
using FollowerSync.Database;

namespace FollowerSync.CommandLine;

/// <summary><c>run</c>: the worker until it is stopped; with a number, what that run did. Nothing but the bare word starts a worker.</summary>
internal static class RunVerb
{
    public static Verb Create(CommandContext context, BuildHost buildHost)
    {
        Argument<long?> runId = new("RUN_ID") { Description = context.Say("Show what this run did, and start nothing; \"followersync runs\" tells the numbers."), Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = context.Say("With RUN_ID: write the run as JSON to stdout; logs go to stderr.") };
        Verb verb = new("run", context.Say("Syncs on schedule and serves the status page until stopped; with RUN_ID, shows what that run did."))
        {
            Examples =
            [
                ("followersync run", "with the schedule of the settings (Schedule:Cron)"),
                ("Schedule__Cron='0 0 * * * ?' followersync run", "every hour"),
                ("followersync run 42", "starts nothing: shows run 42 with its parts, counts, errors and whom it holds"),
            ],
            Notes =
            [
                "Ctrl+C, SIGTERM and SIGHUP stop it within 15 seconds: a running sync is closed as cancelled, and what it stored stays.",
                "Only \"followersync run\" without anything behind it starts a worker. With a number it reads the database; with anything else it is a wrong usage (exit code 2).",
            ],
        };
        verb.Add(runId);
        verb.Add(json);
        verb.SetAction((parsed, cancellationToken) => (parsed.GetValue(runId), parsed.GetValue(json)) switch
        {
            ({ } id, var isJson) => ShownRun.ShowAsync(context, buildHost, parsed, (id, isJson), cancellationToken),
            (null, true) => throw new UsageException("--json is about a run that was: followersync run RUN_ID --json. No worker was started."),
            _ => RunAsync(context, buildHost, parsed, cancellationToken),
        });
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
