using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>Releases what the mass-change brake holds of a run, after asking WeChat about every person again.</summary>
internal sealed class RunApproval(FollowerDatabase database, RunLeases leases, SyncRunStore runs, WeChatClients clients)
{
    private const int BatchSize = 100;

    /// <summary>Releases the run.</summary>
    /// <exception cref="NotHeldException">There is no such run, it is not held, or a newer run has taken its place.</exception>
    /// <exception cref="RunActiveException">A run of the account is active.</exception>
    /// <exception cref="WeChatApiException">WeChat could not be asked; nothing was released.</exception>
    public async Task<ApprovalResult> ApproveAsync(long runId, IEnumerable<AccountOptions> accounts, CancellationToken cancellationToken)
    {
        SyncRun run = await FindHeldAsync(runId, cancellationToken);
        AccountOptions account = accounts.FirstOrDefault(a => a.AppId == run.AppId)
            ?? throw new NotHeldException($"Run {runId} is of account {run.AppId}, which is not among WeChat:Accounts.");
        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        WeChatClient client = clients.For(account);
        (List<string> gone, List<string> stay) = await AskAgainAsync(client, run, cancellationToken);
        Dictionary<string, string> unionIds = await AskIdentitiesAgainAsync(client, run, cancellationToken);
        return await lease.RunAsync(
            tx => ReleaseAsync(tx, run, gone, stay, unionIds), cancellationToken);
    }

    private async Task<SyncRun> FindHeldAsync(long runId, CancellationToken cancellationToken)
    {
        SyncRun run = await runs.FindAsync(runId, cancellationToken)
            ?? throw new NotHeldException($"There is no run {runId}. `followersync status` lists the runs.");
        if (run.Status != RunStatus.Held)
            throw new NotHeldException($"Run {runId} is {run.Status.ToString().ToLowerInvariant()}, not held: there is nothing to release.");

        SyncRun newest = (await runs.LastRunAsync(run.AppId, cancellationToken))!;
        return newest.RunId == runId
            ? run
            : throw new NotHeldException($"Run {runId} is held, but run {newest.RunId} has taken its place: look at that one with `followersync status`.");
    }

    private async Task<(List<string> Gone, List<string> Stay)> AskAgainAsync(WeChatClient client, SyncRun run, CancellationToken cancellationToken)
    {
        List<string> gone = [];
        List<string> stay = [];
        var asker = new ProfileAsker(client, keepKnown: true);
        List<string> candidates = await database.RunAsync(tx => CandidateStore.ReadAnsweredAsync(tx, run.AppId, run.ListingId), cancellationToken);
        foreach (string[] openIds in candidates.Chunk(BatchSize))
        {
            AskedBatch answer = await asker.AskAsync([.. openIds.Select(openId => new Ask(openId, AskReason.Missing))], cancellationToken);
            gone.AddRange(answer.Gone.Select(g => g.OpenId));
            stay.AddRange(openIds.Except(answer.Gone.Select(g => g.OpenId), StringComparer.Ordinal));
        }

        return (gone, stay);
    }

    private async Task<Dictionary<string, string>> AskIdentitiesAgainAsync(WeChatClient client, SyncRun run, CancellationToken cancellationToken)
    {
        Dictionary<string, string> unionIds = new(StringComparer.Ordinal);
        foreach (string openId in await database.RunAsync(tx => IdentityConflictStore.ReadHeldAsync(tx, run.AppId, run.RunId), cancellationToken))
        {
            FollowerProfile profile = await client.GetProfileAsync(openId, cancellationToken);
            if (profile.OpenId == openId && profile.UnionId is { } unionId)
                unionIds[openId] = unionId;
        }

        return unionIds;
    }

    private static async Task<ApprovalResult> ReleaseAsync(
        Transaction tx, SyncRun run, List<string> gone, List<string> stay, Dictionary<string, string> unionIds)
    {
        string appId = run.AppId;
        await CandidateStore.RemoveAsync(tx, appId, [.. stay]);
        await CandidateStore.ConfirmAsync(tx, appId, [.. gone]);
        int marked = await UnfollowStore.MarkAsync(tx, appId);
        int identities = 0;
        foreach ((string openId, string unionId) in unionIds)
            identities += await IdentityConflictStore.ReleaseAsync(tx, appId, openId, unionId);
        await SyncRunStore.ApproveAsync(tx, run.RunId, marked, identities);
        await ListingStore.FinishAsync(tx, run.ListingId);
        return new ApprovalResult(run.RunId, appId, marked, stay.Count, identities, unionIds.Count - identities);
    }
}
