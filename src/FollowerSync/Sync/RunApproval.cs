using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Facts;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>Releases what the mass-change brake holds of an account, after asking WeChat about every person again; or drops it.</summary>
internal sealed class RunApproval(FollowerDatabase database, RunLeases leases, HeldRuns runs, WeChatClients clients, PrivacyDelay delay)
{
    private const int BatchSize = 100;

    /// <summary>Releases all that is held of the run's account, also by its other runs.</summary>
    /// <param name="runId">A held run of the account.</param>
    /// <param name="seen">What whoever decides was shown; null = they stand for whatever is held now.</param>
    /// <param name="accounts">Accounts of the settings.</param>
    /// <param name="cancellationToken">Ends it before anything is released.</param>
    /// <exception cref="MoreHeldException">More is held than was seen; nothing was released.</exception>
    /// <exception cref="NotHeldException">There is no such run, or it is not held.</exception>
    /// <exception cref="RunActiveException">A run of the account is active.</exception>
    /// <exception cref="ClockBehindException">The clock cannot date who is gone; nothing was released.</exception>
    /// <exception cref="WeChatApiException">WeChat could not be asked; nothing was released.</exception>
    public async Task<ApprovalResult> ApproveAsync(long runId, HeldAmount? seen, IEnumerable<AccountOptions> accounts, CancellationToken cancellationToken)
    {
        SyncRun run = await runs.FindAsync(runId, cancellationToken);
        AccountOptions account = HeldRuns.AccountOf(run, accounts);
        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        lease.RunId = runId;
        run = await runs.FindAsync(runId, cancellationToken);
        // Before WeChat is asked about everybody. Nothing more comes to be held while the lease is ours.
        if (seen is not null)
            await database.RunAsync(tx => RequireSeenAsync(tx, run.AppId, seen), cancellationToken);
        WeChatClient client = clients.For(account, lease.RequireHeldAsync);
        HeldAnswers answers = await AskAgainAsync(client, run.AppId, cancellationToken);
        (int asked, Dictionary<string, string> unionIds) = await AskIdentitiesAgainAsync(client, run.AppId, cancellationToken);
        return await lease.RunAsync(
            tx => ReleaseAsync(tx, run, answers, asked, unionIds), cancellationToken);
    }

    /// <summary>Drops all that is held of the run's account: people and unionids stay as they are stored, and the next run asks from scratch.</summary>
    /// <param name="runId">A held run of the account.</param>
    /// <param name="seen">What whoever decides was shown; null = they stand for whatever is held now.</param>
    /// <param name="cancellationToken">Ends it before anything is dropped.</param>
    /// <exception cref="MoreHeldException">More is held than was seen; nothing was dropped.</exception>
    /// <exception cref="NotHeldException">There is no such run, or it is not held.</exception>
    /// <exception cref="RunActiveException">A run of the account is active.</exception>
    public async Task<RejectionResult> RejectAsync(long runId, HeldAmount? seen, CancellationToken cancellationToken)
    {
        SyncRun run = await runs.FindAsync(runId, cancellationToken);
        await using RunLease lease = await leases.AcquireAsync(run.AppId, cancellationToken);
        run = await runs.FindAsync(runId, cancellationToken);
        return await lease.RunAsync(
            async tx =>
            {
                HeldAmount held = await RequireSeenAsync(tx, run.AppId, seen);
                await CandidateStore.DisbelieveAsync(tx, run.AppId);
                await IdentityConflictStore.DropHeldAsync(tx, run.AppId);
                await SyncRunStore.RejectAsync(tx, run.AppId);
                await ListingStore.DropAsync(tx, run.AppId);
                return new RejectionResult(runId, run.AppId, (int)held.Leaving, (int)held.UnionIds);
            },
            cancellationToken);
    }

    private static async Task<HeldAmount> RequireSeenAsync(Transaction tx, string appId, HeldAmount? seen)
    {
        (HeldAmount held, _) = await HeldChanges.CountAsync(tx, appId);
        return seen?.Covers(held) == false ? throw new MoreHeldException(held) : held;
    }

    private async Task<HeldAnswers> AskAgainAsync(WeChatClient client, string appId, CancellationToken cancellationToken)
    {
        HeldAnswers all = new([], [], []);
        var asker = new ProfileAsker(client, keepKnown: true);
        foreach ((string[] openIds, AskReason reason) in await ReadHeldAsync(appId, cancellationToken))
        {
            AskedBatch answer = await asker.AskAsync([.. openIds.Select(openId => new Ask(openId, reason))], cancellationToken);
            string[] confirmed = [.. answer.Gone.Where(g => g.AskedSingly || reason == AskReason.Missing).Select(g => g.OpenId)];
            all.Gone.AddRange(confirmed);
            all.Following.AddRange(answer.Profiles.Select(p => p.OpenId));
            all.Stay.AddRange(openIds.Except(confirmed, StringComparer.Ordinal));
        }

        return all;
    }

    private async Task<IEnumerable<(string[] OpenIds, AskReason Reason)>> ReadHeldAsync(string appId, CancellationToken cancellationToken)
    {
        List<(string OpenId, bool IsListWitness)> held = await database.RunAsync(tx => CandidateStore.ReadHeldAsync(tx, appId), cancellationToken);
        return held.GroupBy(h => h.IsListWitness).SelectMany(
            group => group.Select(h => h.OpenId).Chunk(BatchSize), (group, openIds) => (openIds, group.Key ? AskReason.Missing : AskReason.Doubted));
    }

    private async Task<(int Asked, Dictionary<string, string> UnionIds)> AskIdentitiesAgainAsync(WeChatClient client, string appId, CancellationToken cancellationToken)
    {
        Dictionary<string, string> unionIds = new(StringComparer.Ordinal);
        List<string> held = await database.RunAsync(tx => IdentityConflictStore.ReadHeldAsync(tx, appId), cancellationToken);
        foreach (string openId in held)
        {
            try
            {
                FollowerProfile profile = await client.GetProfileAsync(openId, cancellationToken);
                if (profile.OpenId == openId && profile.UnionId is { } unionId)
                    unionIds[openId] = unionId;
            }
            catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId)
            {
                // Whom WeChat does not answer for keeps the stored unionid; the others are released all the same.
            }
        }

        return (held.Count, unionIds);
    }

    private async Task<ApprovalResult> ReleaseAsync(
        Transaction tx, SyncRun run, HeldAnswers answers, int asked, Dictionary<string, string> unionIds)
    {
        string appId = run.AppId;
        if (await delay.FindClockBehindAsync(tx) is { } wrongClock)
            throw wrongClock;
        await DailyFacts.DoubtAsync(tx, appId);
        // That the list lacked them stays: whether they had left, and when they came back, the next answer tells that is merged.
        await CandidateStore.LetGoAsync(tx, appId, [.. answers.Stay]);
        await CandidateStore.SeeAnsweredAsync(tx, appId, [.. answers.Following]);
        await CandidateStore.ConfirmAsync(tx, appId, [.. answers.Gone]);
        int marked = await UnfollowStore.MarkAsync(tx, appId, since: await DatabaseClock.ReadAsync(tx), ofRound: false);
        int identities = await IdentityConflictStore.ReleaseAsync(tx, appId, unionIds);
        await SyncRunStore.ApproveAsync(tx, appId, marked, identities);
        await ListingStore.ReleaseAsync(tx, appId);
        await DailyFacts.CatchUpAsync(tx, appId);
        await CandidateStore.ForgetSettledAsync(tx, appId);
        return new ApprovalResult(run.RunId, appId, marked, answers.Stay.Count, identities, asked - identities);
    }

    /// <param name="Gone">Who is gone.</param>
    /// <param name="Stay">All others.</param>
    /// <param name="Following">Those of them who follow, as WeChat says.</param>
    private sealed record HeldAnswers(List<string> Gone, List<string> Stay, List<string> Following);
}
