using FollowerSync;
using FollowerSync.CommandLine;

CommandContext context = CommandContext.OfProcess();
using StopSignal stop = new();

FollowerSyncCommand command = new(
    context,
    RunVerb.Create(context, WorkerHost.Build),
    new SyncVerb(context, WorkerHost.Build).Create());

return await command.InvokeAsync(args, stop.Token);
