using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using FollowerSync.CommandLine.Demo;

namespace FollowerSync;

/// <summary>The command line with all its verbs.</summary>
internal static class ProgramCommand
{
    public static FollowerSyncCommand Of(CommandContext context) => new(
        context,
        RunVerb.Create(context, WorkerHost.BuildAsync),
        new SyncVerb(context, WorkerHost.BuildAsync).Create(),
        new CheckVerb(context, WorkerHost.BuildAsync).Create(),
        new PlanVerb(context, WorkerHost.BuildAsync).Create(),
        new ApproveVerb(context, WorkerHost.BuildAsync).Create(),
        new StatusVerb(context, WorkerHost.BuildAsync).Create(),
        new RunsVerb(context, WorkerHost.BuildAsync).Create(),
        new NodesVerb(context, WorkerHost.BuildAsync).Create(),
        new TokenVerb(context, WorkerHost.BuildAsync).Create(),
        new AlertVerb(context, WorkerHost.BuildAsync).Create(),
        new GrantVerb(context, WorkerHost.BuildAsync).Create(),
        new RevokeVerb(context, WorkerHost.BuildAsync).Create(),
        new ExportVerb(context, WorkerHost.BuildAsync).Create(),
        new ForgetVerb(context, WorkerHost.BuildAsync).Create(),
        new RebuildFactsVerb(context, WorkerHost.BuildAsync).Create(),
        new ImportVerb(context, WorkerHost.BuildAsync).Create(),
        new MigrateAccountVerb(context, WorkerHost.BuildAsync).Create(),
        MigrateVerb.Create(context, WorkerHost.BuildAsync),
        new CompletionVerb(context).Create(),
        ManualVerb.Create(context),
        new EmulateVerb(context).Create(),
        new DemoVerb(context, WorkerHost.BuildAsync).Create());
}
