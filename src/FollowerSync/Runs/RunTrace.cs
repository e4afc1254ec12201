using System.Diagnostics;
using FollowerSync.Telemetry;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Runs;

/// <summary>A run as metrics and a span; none of them while nobody listens.</summary>
internal sealed class RunTrace : IDisposable
{
    private readonly KeyValuePair<string, object?> _account;
    private readonly Activity? _span;

    private RunTrace(SyncRun run, string account)
    {
        _account = Instruments.Account(account);
        _span = Instruments.Runs.StartActivity("run");
        _span?.SetTag(_account.Key, account).SetTag("followersync.run.id", run.RunId).SetTag("followersync.run.trigger", Lower(run.Trigger));
        Instruments.ActiveRuns.Add(1, _account);
    }

    public static RunTrace Begin(SyncRun run, string account) => new(run, account);

    /// <summary>The run has ended so.</summary>
    public void End(SyncRun closed)
    {
        TagList tags = new() { _account, { "followersync.run.trigger", Lower(closed.Trigger) }, { "followersync.run.status", Lower(closed.Status) } };
        string? error = closed.Status is RunStatus.Succeeded or RunStatus.Held ? null : ToldError.Of(closed.Error?.ToString()) is { } told ? FormattableString.Invariant($"{told.Errcode}") : Lower(closed.Status);
        if (error is not null)
            tags.Add(Instruments.Error(error));
        Instruments.RunDuration.Record((closed.Took ?? TimeSpan.Zero).TotalSeconds, tags);
        Count(closed.Added, "added");
        Count(closed.Changed, "changed");
        Count(closed.Unchanged, "unchanged");
        Count(closed.Unsubscribed, "unsubscribed");
        Count(closed.Rejected, "rejected");
        _span?.SetTag("followersync.run.status", Lower(closed.Status)).SetTag("followersync.run.api_calls", closed.ApiCalls);
        if (error is not null)
            _span?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error, closed.Error?.ToString());
    }

    public void Dispose()
    {
        Instruments.ActiveRuns.Add(-1, _account);
        _span?.Dispose();
    }

    private void Count(long people, string outcome)
    {
        if (people > 0)
            Instruments.ProcessedFollowers.Add(people, _account, Instruments.Outcome(outcome));
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
