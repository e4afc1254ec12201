using FollowerSync.Accounts;
using FollowerSync.Nodes;
using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>One try of a night on this node, or on another when WeChat does not let this machine call: its address is not on the account's whitelist (40164).</summary>
internal sealed partial class NodeTurn(NightSync night, FindLastRun findLastRun, OwnNode own, IsRefusedHere isRefusedHere, ILogger<NodeTurn> logger)
{
    /// <summary>In how long whoever is free looks again; a node that is refused passes it on once more.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Runs, if this machine may and nobody else has done it meanwhile.</summary>
    /// <returns>When to try again, on whatever node; null = at the next time of the schedule.</returns>
    public async Task<NextTry?> RunAsync(AccountOptions account, Firing firing, CancellationToken cancellationToken) =>
        await PassOnAsync(account, cancellationToken) ?? await night.RunAsync(account, firing, cancellationToken) ?? await PassOnAsync(account, cancellationToken);

    private async Task<NextTry?> PassOnAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        if (own.Cluster is null || cancellationToken.IsCancellationRequested || !await isRefusedHere(account.AppId, cancellationToken))
            return null;
        LogPassedOn(account.DisplayName);
        SyncRun? last = await findLastRun(account.AppId, cancellationToken);
        return new NextTry(Pause, last?.RunId ?? 0, IsOrdinary: true);
    }

    [LoggerMessage(LogLevel.Warning, "The sync of {Account} is left to another node: WeChat does not let this machine call, its address is not on the whitelist (40164). \"followersync check\" names the address.")]
    private partial void LogPassedOn(string account);
}
