using FollowerSync.Accounts;
using FollowerSync.Runs;

namespace FollowerSync.Alerts;

/// <summary>Has alerts looked at as soon as a run has ended.</summary>
internal sealed class AlertsAfterRun(AlertCalls calls) : IAfterRun
{
    public string Name => "looking whether something needs a person";

    public bool Follows(RunStatus status) => true;

    public Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        calls.RunEnded();
        return Task.CompletedTask;
    }
}
