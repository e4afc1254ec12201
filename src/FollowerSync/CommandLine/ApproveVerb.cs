using System.CommandLine;
using System.Globalization;
using FollowerSync.Sync;

namespace FollowerSync.CommandLine;

/// <summary><c>approve</c>: releases a run that the mass-change brake holds.</summary>
internal sealed class ApproveVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Argument<long> _runId = new("RUN_ID") { Description = "Number of the held run; followersync status shows it." };
    private readonly Option<bool> _json = new("--json") { Description = "Write the result as JSON to stdout; logs go to stderr." };

    public Verb Create()
    {
        Verb verb = new("approve", "Releases a held run, after asking WeChat about every person again.")
        {
            Examples = [("followersync approve 42", "marks as gone whoever WeChat still says is gone")],
            Notes = "JSON: { run_id, app_id, unsubscribed, staying, unionids_changed, unionids_kept }",
        };
        verb.Add(_runId);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed);
        IHost host = await buildHost(settings, HostParts.Sync, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;

        RunApproval approval = host.Services.GetRequiredService<RunApproval>();
        ApprovalResult result = await approval.ApproveAsync(parsed.GetValue(_runId), settings.Accounts, cancellationToken);
        ApproveReport report = new(result.RunId, result.AppId, result.Unsubscribed, result.Staying, result.UnionIdsChanged, result.UnionIdsKept);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            context.Tell(Describe(report), hang: 14);
        return ExitCodes.Succeeded;
    }

    private static string Describe(ApproveReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Run {report.RunId} is released and succeeded.
          {report.Unsubscribed,9:N0} marked as gone
          {report.Staying,9:N0} stay: WeChat no longer says they are gone
          {report.UnionidsChanged,9:N0} unionids changed
          {report.UnionidsKept,9:N0} unionids kept: WeChat no longer answers another one
        """);

    private sealed record ApproveReport(long RunId, string AppId, int Unsubscribed, int Staying, int UnionidsChanged, int UnionidsKept);
}
