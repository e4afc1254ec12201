using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.AccountMigration;

/// <summary>Asks WeChat what the openids of a migrated account are at the new one, and keeps it. What is kept is not asked for again, so that a broken
/// migration goes on where it was.</summary>
/// <remarks>Holds the lease of the old account meanwhile: one migration at a time, and nobody is forgotten of whom an answer is under way.</remarks>
internal sealed class MigrationRun(
    FollowerDatabase database, RunLeases leases, WeChatClients clients, ApiStopStore stops, AnonymousChanges anonymous, TimeProvider time)
{
    private const int PageSize = 2_000;

    private static readonly Sentence NotYet = "WeChat answers so too while the migration is not finished, and from 15 days after it on.";

    /// <param name="order">What is to be asked.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends it; what was answered by then stays.</param>
    /// <exception cref="MigrationOrderException">Nothing is stored of the old account.</exception>
    /// <exception cref="RunActiveException">A run or a migration of the old account is active.</exception>
    public async Task<MigrationOutcome> RunAsync(MigrationOrder order, IProgress<MigrationTally>? progress, CancellationToken cancellationToken)
    {
        (long open, long all) = await database.RunAsync(tx => ChangeStore.CountAsync(tx, order), cancellationToken);
        if (all == 0)
            throw new MigrationOrderException(
                $"Nobody is stored of the account {order.FromAppId}. Its people have to be synced before the migration: afterwards WeChat does not list them any more.");

        MigrationTally tally = new(open);
        CallCounts calls = new();
        await using RunLease lease = await leases.AcquireAsync(order.FromAppId, cancellationToken);
        using CallBudget budget = clients.BudgetOf(order.To, order.QuotaReservePercent);
        try
        {
            WeChatClient client = clients.For(
                order.To, calls, new CallPace(order.CallsInFlight, time), await clients.ReadStopsAsync(order.To, cancellationToken), budget, lease.RequireHeldAsync);
            await AskAllAsync(order, lease, client, tally, progress, cancellationToken);
            return new MigrationOutcome(tally, calls.Calls, Failure: null);
        }
        catch (WeChatApiException exception)
        {
            // What stops this API alone is remembered; a missing permission for it must not stop the account's syncs.
            if (exception is { Reaction: Reaction.QuotaSpent, IsLeftAlone: false })
                await stops.RememberAsync(order.To, exception, cancellationToken);
            return new MigrationOutcome(tally, calls.Calls, exception.Reaction == Reaction.Retry ? exception.Because(NotYet) : exception);
        }
        finally
        {
            await clients.KeepLedgerAsync(order.To, calls, CancellationToken.None);
        }
    }

    private async Task AskAllAsync(
        MigrationOrder order, RunLease lease, WeChatClient client, MigrationTally tally, IProgress<MigrationTally>? progress, CancellationToken cancellationToken)
    {
        ChangeAsker asker = new(client, order.From);
        // One after the other, so that each sees whom the others have named.
        using SemaphoreSlim keeping = new(1, 1);
        string after = "";
        while (true)
        {
            (string? through, string[] page) = await database.RunAsync(tx => ChangeStore.ReadPageAsync(tx, order, after, PageSize), cancellationToken);
            if (through is null)
                return;

            after = through;
            await Parallel.ForEachAsync(
                page.Chunk(ChangeAsker.MostInACall),
                new ParallelOptions { MaxDegreeOfParallelism = order.CallsInFlight, CancellationToken = cancellationToken },
                // Whatever ends the others: a call that is under way is counted by WeChat, and its answer is kept.
                async (openIds, _) =>
                {
                    IReadOnlyCollection<ChangedOpenId> changes = await AskAsync(asker, client.Pace, openIds, cancellationToken);
                    tally.Count(await KeepAsync(order, lease, keeping, changes, cancellationToken));
                    progress?.Report(tally);
                    RequireSomeAnswer(tally);
                });
        }
    }

    /// <returns>What was kept of the changes.</returns>
    private async Task<IReadOnlyCollection<ChangedOpenId>> KeepAsync(
        MigrationOrder order, RunLease lease, SemaphoreSlim keeping, IReadOnlyCollection<ChangedOpenId> changes, CancellationToken cancellationToken)
    {
        await keeping.WaitAsync(cancellationToken);
        try
        {
            return await lease.RunAsync(
                async tx =>
                {
                    IReadOnlyCollection<ChangedOpenId> hidden = await anonymous.HideAsync(tx, order, changes);
                    HashSet<string> doubted = new(await ChangeStore.KeepAsync(tx, order, hidden), StringComparer.Ordinal);
                    return (IReadOnlyCollection<ChangedOpenId>)[.. hidden.Select(change =>
                        doubted.Contains(change.OldOpenId) ? change with { NewOpenId = null, Why = ChangedOpenId.NamedTwice } : change)];
                },
                cancellationToken);
        }
        finally
        {
            keeping.Release();
        }
    }

    // To split every list of a whole account into single openids would spend a day's calls for nothing.
    private static void RequireSomeAnswer(MigrationTally tally)
    {
        if (tally is { Mapped: 0, Unknown: 0, Asked: >= ChangeAsker.MostInACall })
        {
            throw WeChatApiException.Refused(
                WeChatApi.ChangeOpenId, Reaction.Bug, "of the first openids WeChat refused or left out every one", $"Check --from, and that the account is the one that was migrated. {NotYet}");
        }
    }

    private static async Task<IReadOnlyCollection<ChangedOpenId>> AskAsync(ChangeAsker asker, CallPace pace, string[] openIds, CancellationToken cancellationToken)
    {
        await pace.EnterAsync(cancellationToken);
        try
        {
            return await asker.AskAsync(openIds, cancellationToken);
        }
        finally
        {
            pace.Leave();
        }
    }
}

/// <summary>How a migration ended.</summary>
/// <param name="Tally">What came of it.</param>
/// <param name="Calls">Calls made.</param>
/// <param name="Failure">What ended it early; null = everybody was asked about.</param>
internal sealed record MigrationOutcome(MigrationTally Tally, long Calls, WeChatApiException? Failure);
