using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.CommandLine.Demo;

/// <summary>Writes a line for every run that the schedule has ended, as <c>wechat.sync_runs</c> has it.</summary>
internal sealed class DemoRuns(CommandContext context, SyncRunStore runs, string appId)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private const int MostBetweenLooks = 5;

    /// <summary>Goes on until cancelled.</summary>
    public async Task WriteAsync(long after, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, context.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            IEnumerable<SyncRun> ended = (await runs.LastRunsAsync(appId, MostBetweenLooks, cancellationToken)).Where(run => run.RunId > after && run.FinishedAt is not null);
            foreach (SyncRun run in ended.OrderBy(run => run.RunId))
            {
                context.Tell(Line(run));
                after = run.RunId;
            }
        }
    }

    private Sentence Line(SyncRun run)
    {
        DateTimeOffset started = TimeZoneInfo.ConvertTime(run.StartedAt, context.Time.LocalTimeZone);
        Sentence line =
            $"{started:HH:mm:ss} run {run.RunId} {RunWords.Of(run.Status)} in {DurationText.Of(run.Took!.Value)}: {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Unchanged:N0} unchanged, {run.ApiCalls:N0} calls";
        return (run.Error is null ? line : Sentence.Join("\n  ", [line, run.Error])).With(context.Mask.Mask);
    }
}
