using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.CommandLine;

/// <summary>Runs for people, each a paragraph of lines.</summary>
/// <param name="context">Where to write.</param>
/// <param name="time">Tells moments.</param>
internal sealed class RunLines(CommandContext context, ZonedTime time)
{
    private const int TextColumn = 15;

    /// <summary>One line, and further ones on why it did not succeed.</summary>
    public void Write(RunView view)
    {
        SyncRun run = view.Run;
        Tell($"run {run.RunId}", Text(
            $"{Lower(run.Status)}, {view.Account}, {time.Of(run.StartedAt)} by {Lower(run.Trigger)}, {Took(view)}: {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected, {run.ApiCalls:N0} calls"));
        WriteWhy(run);
    }

    /// <summary>Everything that is known of it.</summary>
    public void Write(RunDetails details)
    {
        SyncRun run = details.View.Run;
        Tell("run", Text($"{run.RunId} of {details.View.Account} ({run.AppId}), by {Lower(run.Trigger)}{(run.Node is { } node ? $" on {node}" : "")}"));
        Tell("status", $"{Lower(run.Status)}{Decided(run)}");
        Tell("began", time.Of(run.StartedAt));
        Tell("ended", run.FinishedAt is { } end ? $"{time.Of(end)}, {Took(details.View)}" : run.Status == RunStatus.Running ? $"goes on, {Took(details.View)}" : "nobody knows when");
        foreach (RunPhase phase in details.View.Phases)
            Tell($"  {Lower(phase.Phase)}", DurationText.Of(phase.Took));
        Tell("complete", run.CompleteAsOf is { } complete ? $"as of {time.Of(complete)}" : "no: whoever came or went may be missing");
        Tell("list", Text($"{run.Listed:N0} listed{(run.WechatTotal is { } total ? Text($"; WeChat said {total:N0}") : "")}"));
        Tell("people", Text($"{run.Added:N0} added, {run.Changed:N0} changed, {run.Unchanged:N0} unchanged, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected"));
        Tell("calls", Text($"{run.ApiCalls:N0}, {run.Retries:N0} of them repeats; {run.TokenRefreshes:N0} tokens fetched; waited {DurationText.Of(run.Waited)}"));
        WriteWhy(run);
        if (details.View.Answer is { } answer)
            Write(answer);
        foreach (RunRefusals refusals in details.Refusals)
            Tell("refused", Text($"{refusals.Openids:N0} openids{(refusals.Errcode is { } code ? Text($" with {code}") : "")}: {refusals.Meaning}.{(refusals.Rid is { } rid ? $" rid of one: {rid}." : "")} {refusals.Remedy}"));
        if (details.Held is { } held)
            context.Tell(context.Mask.Mask(HeldText.Of(run, held, time)), HeldText.TextColumn);
    }

    private void Write(ToldError answer)
    {
        Tell("WeChat", Text($"answered {answer.Errcode} to {answer.Api}: {answer.Meaning}{(answer.Rid is { } rid ? $"; rid {rid}" : "; without a rid")}"));
        Tell("remedy", answer.Remedy.In(context.Language));
    }

    private void WriteWhy(SyncRun run)
    {
        if (run.Error is { } error)
            Tell("", error.In(context.Language));
        if (run.Note is { } note)
            Tell("", note.In(context.Language));
        if (run.RetryAt is { } retry)
            Tell("", $"Tried again at {time.Of(retry)} or soon after.");
    }

    private string Decided(SyncRun run) => run.ApprovedAt is { } approved ? $"; what it held was released at {time.Of(approved)}"
        : run.RejectedAt is { } rejected ? $"; what it held was rejected at {time.Of(rejected)}" : "";

    private static string Took(RunView view) => view.Run.Status == RunStatus.Running ? $"for {DurationText.Of(view.Took)} so far"
        : view.Run.Took is { } took ? $"took {DurationText.Of(took)}" : "broken off";

    private void Tell(string label, string text) => context.Tell(context.Mask.Mask(Printable.Of($"  {label,-12} {text}")), TextColumn);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
