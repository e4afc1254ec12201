using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using Microsoft.Extensions.Options;

namespace FollowerSync.Readings;

/// <summary>Reads what WeChat knows of an account beside its followers: groups, tags, blacklist and WeChat's own books. Once a Beijing day, or
/// whenever a person asks for a sync.</summary>
/// <remarks>Nothing here is tried twice, but for the many pages of the tags' lists: the next run does, and no sync shall wait for an API that the account lacks.</remarks>
internal sealed class AccountReading(
    FollowerDatabase database, RunLeases leases, WeChatClients clients, AccountReadingStore readings, IOptions<SyncOptions> options, TimeProvider time) : IAfterRun
{
    public string Name => "reading groups, tags, blacklist and WeChat's books";

    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> due = await readings.ReadDueAsync(account.AppId, run.Trigger == SyncTrigger.Manual, cancellationToken);
        if (due.Count == 0)
            return;

        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        lease.RunId = run.RunId;
        WeChatClient client = clients.Once().For(account, lease.RequireHeldAsync);
        using CallBudget budget = clients.BudgetOf(account, options.Value.QuotaReservePercent);
        try
        {
            if (!options.Value.ReadsTagLists)
                await AccountReadingStore.ForgetAsync(lease, TagListsPart.PartName, cancellationToken);
            WeChatClient many = clients.For(account, client.Counts, new CallPace(options.Value.BatchesInFlight, time), stops: [], budget, lease.RequireHeldAsync);
            foreach (IAccountPart part in Parts(client, many, lease).Where(part => due.Contains(part.Name)))
            {
                if (!await IsAnsweredAsync(part, lease, cancellationToken))
                    return;
            }
        }
        finally
        {
            await clients.KeepLedgerAsync(account, client.Counts, cancellationToken);
        }
    }

    private IEnumerable<IAccountPart> Parts(WeChatClient client, WeChatClient many, RunLease lease) =>
    [
        new NamedIdsPart("groups", client.GetGroupsAsync, lease),
        new NamedIdsPart("tags", client.GetTagsAsync, lease),
        .. TagListsIfAny(many, lease),
        new BlacklistPart(client, lease),
        new DatacubePart(client, database, lease),
    ];

    private IEnumerable<IAccountPart> TagListsIfAny(WeChatClient many, RunLease lease) => options.Value.ReadsTagLists
        ? [new TagListsPart(many, new TagListReader(many, lease, options.Value.BatchesInFlight), database, lease, options.Value.MergeSize)]
        : [];

    /// <summary>Reads a part and remembers how that went.</summary>
    /// <returns>False when WeChat cannot be reached, so that there is no use in asking for more.</returns>
    private async Task<bool> IsAnsweredAsync(IAccountPart part, RunLease lease, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        try
        {
            await part.ReadAsync(cancellationToken);
            await AccountReadingStore.SucceededAsync(lease, part.Name, part.NextAt(now), cancellationToken);
            return true;
        }
        catch (WeChatApiException exception)
        {
            // A return code is an answer for the day; no answer is asked for again by the next run.
            DateTimeOffset nextAt = exception.ErrorCode is null ? now : part.NextAt(now);
            await AccountReadingStore.FailedAsync(lease, part.Name, nextAt, exception.Text, cancellationToken);
            return !exception.IsUnreachable;
        }
        catch (ListingBrokenException exception)
        {
            await AccountReadingStore.FailedAsync(lease, part.Name, part.NextAt(now), exception.Text, cancellationToken);
            return true;
        }
    }
}
