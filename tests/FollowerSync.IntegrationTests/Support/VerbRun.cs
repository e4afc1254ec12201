using System.Text.Json;
using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using Spectre.Console;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A verb of the command line, run within the process of the test: for tests of many verbs, each of which would take a second to start.</summary>
internal static class VerbRun
{
    /// <param name="environment">The settings, as in the environment of a process.</param>
    /// <param name="arguments">The verb and its arguments.</param>
    public static async Task<(int ExitCode, string Output, string Error)> InvokeAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(environment.ToDictionary(one => one.Key.Replace("__", ":", StringComparison.Ordinal), one => one.Value, StringComparer.Ordinal)));
            using StringWriter output = new(), error = new();
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
            int exitCode = await Verbs(new CommandContext(output, error, console, TimeProvider.System)).InvokeAsync(["--config", file, .. arguments], default);
            return (exitCode, output.ToString(), error.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static FollowerSyncCommand Verbs(CommandContext context) => new(
        context,
        new SyncVerb(context, WorkerHost.BuildAsync).Create(),
        new CheckVerb(context, WorkerHost.BuildAsync).Create(),
        new PlanVerb(context, WorkerHost.BuildAsync).Create(),
        new ApproveVerb(context, WorkerHost.BuildAsync).Create(),
        new StatusVerb(context, WorkerHost.BuildAsync).Create(),
        new RunsVerb(context, WorkerHost.BuildAsync).Create(),
        new NodesVerb(context, WorkerHost.BuildAsync).Create(),
        RunVerb.Create(context, WorkerHost.BuildAsync),
        new CompletionVerb(context).Create(),
        new TokenVerb(context, WorkerHost.BuildAsync).Create(),
        new AlertVerb(context, WorkerHost.BuildAsync).Create(),
        new GrantVerb(context, WorkerHost.BuildAsync).Create(),
        new RevokeVerb(context, WorkerHost.BuildAsync).Create(),
        new ExportVerb(context, WorkerHost.BuildAsync).Create(),
        new ForgetVerb(context, WorkerHost.BuildAsync).Create(),
        new RebuildFactsVerb(context, WorkerHost.BuildAsync).Create(),
        new ImportVerb(context, WorkerHost.BuildAsync).Create(),
        new MigrateAccountVerb(context, WorkerHost.BuildAsync).Create(),
        MigrateVerb.Create(context, WorkerHost.BuildAsync));
}
