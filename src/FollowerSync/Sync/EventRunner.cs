using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>A run of arrivals of one account, from the lease to the closed run record.</summary>
internal sealed class EventRunner(FollowerDatabase database, WeChatClients clients, RunLeases leases, RoundSetup rounds, RunEnding endings, TimeProvider time)
{
    /// <summary>Which of the accounts have somebody to ask about now.</summary>
    public async Task<IReadOnlyList<string>> FindDueAsync(string[] appIds, CancellationToken cancellationToken) =>
        await database.RunOnceAsync(tx => ArrivalInbox.FindDueAccountsAsync(tx, appIds), cancellationToken);

    /// <summary>Runs, if anybody is due, WeChat may be asked, and no other run has the account or waits for it.</summary>
    /// <returns>The closed run, whose status tells how it went; null when there was none.</returns>
    public async Task<SyncRun?> RunAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        if ((await clients.ReadStopsAsync(account, cancellationToken)).Any(stop => stop.Api is ApiStop.All or WeChatApi.BatchGet))
            return null;

        await using RunLease? lease = await leases.TryAcquireBrieflyAsync(account.AppId, cancellationToken);
        if (lease is null || (await FindDueAsync([account.AppId], cancellationToken)).Count == 0)
            return null;

        SyncRun run = await SyncRunStore.StartAsync(lease, account.DisplayName, SyncTrigger.Event, cancellationToken);
        using RunTrace trace = RunTrace.Begin(run, account.DisplayName);
        using PhaseTimes times = new(time);
        var tally = new RunTally(run, new CallCounts(), progress: null, times);
        SyncRun closed = await endings.RunAsync(
            account, lease, tally, async stop => await (await rounds.OpenForArrivalsAsync(account, lease, tally, stop)).RunAsync(stop), cancellationToken);
        trace.End(closed);
        return closed;
    }
}
