using System.CommandLine;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.CommandLine;

/// <summary><c>approve</c>: releases what the mass-change brake holds, shows it, or drops it.</summary>
internal sealed class ApproveVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Argument<long> _runId = new("RUN_ID") { Description = context.Say("Number of the held run; followersync status shows it.") };
    private readonly Option<bool> _show = new("--show") { Description = context.Say("Only show whom it is about; releases nothing.") };
    private readonly Option<bool> _reject = new("--reject") { Description = context.Say("Drop what is held: the people stay as they are, the next sync asks again.") };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("approve", context.Say("Releases a held run, after asking WeChat about every person again; or shows or drops what it holds."))
        {
            Examples =
            [
                ("followersync approve 42 --show", "whom it is about: by how they came, month and tag"),
                ("followersync approve 42", "marks as gone whoever WeChat still says is gone"),
                ("followersync approve 42 --reject", "marks nobody; if it happens again, the next sync holds it again"),
            ],
            Notes =
            [
                "Several runs can hold: the number of any of them stands for all that is held of the account. wechat.held_changes has the people one by one.",
            ],
            Json = "{ run_id, app_id, unsubscribed, staying, unionids_changed, unionids_kept }; with --reject { run_id, app_id, leaving_kept, unionids_kept };\n"
                + "  with --show { run_id, app_id, leaving, unionids, held_since, counted_at, by_scene, by_month, by_tag: [ { name, people } ] }",
        };
        verb.Add(_runId);
        verb.Add(_show);
        verb.Add(_reject);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_show) && parsed.GetValue(_reject))
            throw new UsageException("--show and --reject do not go together: look first, then reject.");
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        IHost host = await buildHost(settings, HostParts.Sync, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        long runId = parsed.GetValue(_runId);
        RunApproval approval = host.Services.GetRequiredService<RunApproval>();
        (object report, Sentence text) = parsed.GetValue(_show) ? await ShowAsync(host.Services.GetRequiredService<HeldRuns>(), runId, new ZonedTime(ZonedTime.ScheduleOf(settings.Configuration)), cancellationToken)
            : parsed.GetValue(_reject) ? Rejected(await approval.RejectAsync(runId, seen: null, cancellationToken))
            : Approved(await approval.ApproveAsync(runId, seen: null, settings.Accounts, cancellationToken));
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            context.Tell(text, HeldText.TextColumn);
        return ExitCodes.Succeeded;
    }

    private static (object Report, Sentence Text) Approved(ApprovalResult result) => (
        new ApproveReport(result.RunId, result.AppId, result.Unsubscribed, result.Staying, result.UnionIdsChanged, result.UnionIdsKept),
        Sentence.Join("\n",
        [
            $"Run {result.RunId} is released: nothing of the account is held any longer.",
            HeldText.Count(result.Unsubscribed, "marked as gone"),
            HeldText.Count(result.Staying, "stay: WeChat no longer says they are gone"),
            HeldText.Count(result.UnionIdsChanged, "unionids changed"),
            HeldText.Count(result.UnionIdsKept, "unionids kept: WeChat no longer answers another one"),
        ]));

    private static (object Report, Sentence Text) Rejected(RejectionResult result) => (
        new RejectReport(result.RunId, result.AppId, result.Leaving, result.UnionIds),
        Sentence.Join("\n",
        [
            $"What run {result.RunId} held is dropped. The next sync asks WeChat again, and may hold again.",
            HeldText.Count(result.Leaving, "people stay as following"),
            HeldText.Count(result.UnionIds, "keep their unionid"),
        ]));

    private static async Task<(object Report, Sentence Text)> ShowAsync(HeldRuns runs, long runId, ZonedTime time, CancellationToken cancellationToken)
    {
        (SyncRun run, HeldChanges held) = await runs.ShowAsync(runId, cancellationToken);
        return (new ShowReport(run.RunId, run.AppId, held.Amount.Leaving, held.Amount.UnionIds, held.HeldSince, held.CountedAt, held.Shares.ByScene, held.Shares.ByMonth, held.Shares.ByTag), HeldText.Of(run, held, time));
    }

    private sealed record ApproveReport(long RunId, string AppId, int Unsubscribed, int Staying, int UnionidsChanged, int UnionidsKept);

    private sealed record RejectReport(long RunId, string AppId, int LeavingKept, int UnionidsKept);

    private sealed record ShowReport(
        long RunId, string AppId, long Leaving, long Unionids, DateTimeOffset? HeldSince, DateTimeOffset? CountedAt, IReadOnlyList<HeldShare> ByScene, IReadOnlyList<HeldShare> ByMonth,
        IReadOnlyList<HeldShare> ByTag);
}
