using FollowerSync.Languages;
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
        Tell($"run {run.RunId}",
            $"{RunWords.Of(run.Status)}, {view.Account}, {time.Of(run.StartedAt)} by {RunWords.Of(run.Trigger)}, {Took(view)}: {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected, {run.ApiCalls:N0} calls");
        WriteWhy(run);
    }

    /// <summary>Runs of arrivals, counted.</summary>
    public void Write(ArrivalRuns group) => Tell("arrivals", $"{group.Runs:N0} runs {RunWords.Of(group.Status)}: {group.Added:N0} people added, {group.Rejected:N0} rejected");

    /// <summary>Everything that is known of it.</summary>
    public void Write(RunDetails details)
    {
        SyncRun run = details.View.Run;
        Tell("run", $"{run.RunId} of {details.View.Account} ({run.AppId}), by {RunWords.Of(run.Trigger)}{(run.Node is { } node ? (Sentence)$" on {node}" : Sentence.Empty)}");
        Tell("status", Sentence.Join("", [RunWords.Of(run.Status), Decided(run)]));
        Tell("began", Sentence.Foreign(time.Of(run.StartedAt)));
        Tell("ended", run.FinishedAt is { } end ? $"{time.Of(end)}, {Took(details.View)}" : run.Status == RunStatus.Running ? (Sentence)$"goes on, {Took(details.View)}" : "nobody knows when");
        foreach (RunPhase phase in details.View.Phases)
            Tell(RunWords.Of(phase.Phase).With(word => "  " + word), DurationText.Of(phase.Took));
        Tell("complete", run.CompleteAsOf is { } complete ? (Sentence)$"as of {time.Of(complete)}" : "no: whoever came or went may be missing");
        Tell("list", $"{run.Listed:N0} listed{(run.WechatTotal is { } total ? (Sentence)$"; WeChat said {total:N0}" : Sentence.Empty)}");
        Tell("people", $"{run.Added:N0} added, {run.Changed:N0} changed, {run.Unchanged:N0} unchanged, {run.Unsubscribed:N0} unsubscribed, {run.Rejected:N0} rejected");
        Tell("calls", $"{run.ApiCalls:N0}, {run.Retries:N0} of them repeats; {run.TokenRefreshes:N0} tokens fetched; waited {DurationText.Of(run.Waited)}");
        WriteWhy(run);
        if (details.View.Answer is { } answer)
            Write(answer);
        foreach (RunRefusals refusals in details.Refusals)
            Tell("refused", $"{refusals.Openids:N0} openids{(refusals.Errcode is { } code ? (Sentence)$" with {code}" : Sentence.Empty)}: {refusals.Meaning}.{(refusals.Rid is { } rid ? (Sentence)$" rid of one: {rid}." : Sentence.Empty)} {refusals.Remedy}");
        if (details.Held is { } held)
            context.Tell(HeldText.Of(run, held, time).With(context.Mask.Mask), HeldText.TextColumn);
    }

    private void Write(ToldError answer)
    {
        Tell("WeChat", $"answered {answer.Errcode} to {answer.Api}: {answer.Meaning}{(answer.Rid is { } rid ? (Sentence)$"; rid {rid}" : "; without a rid")}");
        Tell("remedy", answer.Remedy);
    }

    private void WriteWhy(SyncRun run)
    {
        if (run.Error is { } error)
            Tell(Sentence.Empty, error);
        if (run.Note is { } note)
            Tell(Sentence.Empty, note);
        if (run.RetryAt is { } retry)
            Tell(Sentence.Empty, $"Tried again at {time.Of(retry)} or soon after.");
    }

    private Sentence Decided(SyncRun run) => run.ApprovedAt is { } approved ? $"; what it held was released at {time.Of(approved)}"
        : run.RejectedAt is { } rejected ? (Sentence)$"; what it held was rejected at {time.Of(rejected)}" : Sentence.Empty;

    private static Sentence Took(RunView view) => view.Run.Status == RunStatus.Running ? $"for {DurationText.Of(view.Took)} so far"
        : view.Run.Took is { } took ? (Sentence)$"took {DurationText.Of(took)}" : "broken off";

    private void Tell(Sentence label, Sentence text) =>
        context.Tell(context.Shown(Sentence.Join(" ", [TextFold.Padded(label.With(word => "  " + word), TextColumn - 1), text])), TextColumn);
}
