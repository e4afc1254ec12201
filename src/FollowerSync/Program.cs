using FollowerSync;
using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using FollowerSync.CommandLine.Demo;

CommandContext context = CommandContext.OfProcess();
using StopSignal stop = new(context.Time);

FollowerSyncCommand command = new(
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
    new EmulateVerb(context).Create(),
    new DemoVerb(context, WorkerHost.BuildAsync).Create());

return await command.InvokeAsync(args, stop.Token);
