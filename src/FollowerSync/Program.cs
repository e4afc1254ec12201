using FollowerSync;
using FollowerSync.CommandLine;

CommandContext context = CommandContext.OfProcess(args);
using StopSignal stop = new(context.Time);

return await ProgramCommand.Of(context).InvokeAsync(args, stop.Token);
