using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Database.PrivateServer;
using FollowerSync.Emulator;
using FollowerSync.Languages;
using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.Web;
using Serilog.Core;
using Serilog.Extensions.Logging;

namespace FollowerSync.CommandLine.Demo;

/// <summary><c>demo</c>: a private PostgreSQL, the fake WeChat and the worker in one process, with nothing to configure.</summary>
internal sealed class DemoVerb(CommandContext context, BuildHost buildHost)
{
    // Slow enough for the progress to be seen.
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    private readonly Option<bool> _once = new("--once") { Description = context.Say("End after the first sync and one arrival.") };
    private readonly Option<string> _folder = new("--folder") { Description = context.Say("Where the demo's PostgreSQL lives; otherwise followersync/demo in your data folder."), HelpName = "PATH", DefaultValueFactory = _ => "" };
    private readonly Option<int> _followers = new("--followers") { Description = context.Say("Followers of the fake account."), HelpName = "N", DefaultValueFactory = _ => 25_000 };

    public Verb Create()
    {
        Verb verb = new("demo", context.Say("Shows it all at work: private PostgreSQL, fake WeChat and worker, nothing to configure."))
        {
            Examples = [("followersync demo", "a sync with progress, then one every minute, until Ctrl+C"), ("followersync demo --once", "the first sync and one arrival only")],
            Notes =
            [
                "No settings are read, and nothing is shared with a real worker. The demo's database is emptied at each start, and a folder that is not a demo's is refused.",
            ],
        };
        verb.Add(_once);
        verb.Add(_followers);
        verb.Add(_folder);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(parsed.GetValue(_followers), parsed.GetValue(_folder)!, parsed.GetValue(_once), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Succeeded;
        }
    }

    private async Task<int> RunAsync(int followers, string folder, bool once, CancellationToken cancellationToken)
    {
        await using WeChatEmulator weChat = await StartWeChatAsync(followers, cancellationToken);
        Say($"The fake WeChat listens on {weChat.BaseAddress}; its account has {followers:N0} followers.");
        await using Logger logger = WorkerLog.Create(DemoSettings.Logging, context.Mask, new LogOutput(toStandardError: true));
        using SerilogLoggerFactory loggers = new(logger);
        await using DemoDatabase database = await DemoDatabase.StartAsync(folder, context.Time, loggers.CreateLogger<PrivatePostgres>(), cancellationToken);
        Say($"The private PostgreSQL of the demo is in {database.Folder}; it begins empty.");

        await using VerbSettings settings = VerbSettings.BuiltIn(context, DemoSettings.Of(weChat, database.ConnectionString));
        IHost host = await buildHost(settings, HostParts.Worker, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        SyncRun first = await SyncAsync(host, settings, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        SyncRunStore runs = host.Services.GetRequiredService<SyncRunStore>();
        Say("");
        Say("Read back from PostgreSQL:");
        await new DemoSummary(context, host.Services.GetRequiredService<FollowerDatabase>(), runs).WriteAsync(first.RunId, cancellationToken);
        Say(once ? "Look for yourself while the demo runs (leave out --once):" : (Sentence)"Look for yourself while the demo runs:");
        Say(Sentence.Foreign($"  {database.PsqlCommand}"));
        await GoOnAsync(host, weChat, new DemoRuns(context, runs, first.AppId), first, once, cancellationToken);
        return ExitCodes.Of(first);
    }

    private static async Task<WeChatEmulator> StartWeChatAsync(int followers, CancellationToken cancellationToken)
    {
        try
        {
            return await WeChatEmulator.StartAsync(
                new EmulatorOptions { Followers = followers, Latency = Latency, ChurnInterval = TimeSpan.FromMinutes(1) }, cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(Sentence.Foreign(exception.Message));
        }
    }

    private Task<SyncRun> SyncAsync(IHost host, VerbSettings settings, CancellationToken cancellationToken)
    {
        SyncAccount runSync = host.Services.GetRequiredService<SyncAccount>();
        AccountOptions account = settings.Accounts[0];
        return context.Console.Profile.Out.IsTerminal
            ? new ProgressBars(context, settings.LogOutput).ShowAsync(settings.Accounts, progress => runSync(account, SyncTrigger.Start, progress, cancellationToken))
            : runSync(account, SyncTrigger.Start, new ProgressLines(context.Output, context.Time, settings.Accounts, context.Language), cancellationToken);
    }

    private async Task GoOnAsync(IHost host, WeChatEmulator weChat, DemoRuns runs, SyncRun first, bool once, CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        try
        {
            string listener = host.Services.GetRequiredService<PublicServer>().Address!;
            await new DemoArrival(context, host.Services.GetRequiredService<FollowerDatabase>()).ShowAsync(weChat.Account, listener, cancellationToken);
            if (once)
                return;
            string? page = host.Services.GetRequiredService<StatusPageServer>().Address;
            Say("");
            Say($"The worker's page is {page}, its health {page}/health/ready.");
            Say("Every minute about 1 % of the people come, leave or change, and the worker syncs. Ctrl+C ends the demo.");
            // The first scheduled sync may come before the first minute of churn is over, and would have nothing to show.
            weChat.Account.Churn();
            await runs.WriteAsync(first.RunId, cancellationToken);
        }
        finally
        {
            // The host has a deadline of its own for this.
            await host.StopAsync(CancellationToken.None);
        }
    }

    private void Say(Sentence text) => context.Tell(text);
}
