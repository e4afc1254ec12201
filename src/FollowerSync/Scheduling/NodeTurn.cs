using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Nodes;
using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>One try of a night on this node, or on another when WeChat does not let this machine call: its address is not on the account's whitelist (40164).</summary>
internal sealed partial class NodeTurn(NightSync night, FindLastRun findLastRun, FindPause findPause, OwnNode own, IsRefusedHere isRefusedHere, ILogger<NodeTurn> logger)
{
    /// <summary>In how long whoever is free looks again; a node that is refused passes it on once more.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Runs, if this machine may and nobody else has done it meanwhile.</summary>
    /// <returns>When to try again, on whatever node; null = at the next time of the schedule.</returns>
    public async Task<NextTry?> RunAsync(AccountOptions account, Firing firing, CancellationToken cancellationToken) =>
        await IsPausedAsync(account, firing, cancellationToken) ? null
        : await PassOnAsync(account, firing, cancellationToken) ?? await night.RunAsync(account, firing, cancellationToken) ?? await PassOnAsync(account, firing, cancellationToken);

    // While the database is away nobody knows of a pause, or of an address that is refused: the run meets the same, and tells it.
    private async Task<bool> IsPausedAsync(AccountOptions account, Firing firing, CancellationToken cancellationToken)
    {
        try
        {
            if (firing.Kind == FiringKind.Hand || await findPause(account.AppId, cancellationToken) is not { } since)
                return false;
            LogPaused(account.DisplayName, since);
            return true;
        }
        catch (DatabaseException)
        {
            return false;
        }
    }

    private async Task<NextTry?> PassOnAsync(AccountOptions account, Firing firing, CancellationToken cancellationToken)
    {
        try
        {
            if (own.Cluster is null || cancellationToken.IsCancellationRequested || !await isRefusedHere(account.AppId, cancellationToken))
                return null;
            SyncRun? last = await findLastRun(account.AppId, cancellationToken);
            // Whoever is free may be refused too, or busy: it comes back every few seconds then.
            LogPassedOn(firing.Kind == FiringKind.Retry ? LogLevel.Debug : LogLevel.Warning, account.DisplayName);
            return new NextTry(Pause, last?.RunId ?? 0, IsOrdinary: true);
        }
        catch (DatabaseException)
        {
            return null;
        }
    }

    [LoggerMessage(3116, LogLevel.Information, "The sync of {Account} is left out: its schedule was paused on the status page at {Since:yyyy-MM-dd HH:mm:ss zzz}. Resume it there.")]
    private partial void LogPaused(string account, DateTimeOffset since);

    [LoggerMessage(EventId = 3117, Message = "The sync of {Account} is left to another node: WeChat does not let this machine call, its address is not on the whitelist (40164). \"followersync check\" names the address.")]
    private partial void LogPassedOn(LogLevel level, string account);
}
