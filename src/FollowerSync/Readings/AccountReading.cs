using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Readings;

/// <summary>Reads what WeChat knows of an account beside its followers: groups, tags, blacklist and WeChat's own books. Once a Beijing day, or
/// whenever a person asks for a sync.</summary>
/// <remarks>Nothing here is tried twice: the next run does, and no sync shall wait for an API that the account lacks.</remarks>
internal sealed class AccountReading(
    FollowerDatabase database, RunLeases leases, WeChatClients clients, AccountReadingStore readings) : IAfterRun
{
    public string Name => "reading groups, tags, blacklist and WeChat's books";

    // WeChat and the database have answered, so there is use in it.
    public bool Follows(RunStatus status) => status is RunStatus.Succeeded or RunStatus.Partial or RunStatus.Held;

    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> due = await readings.ReadDueAsync(account.AppId, run.Trigger == SyncTrigger.Manual, cancellationToken);
        if (due.Count == 0)
            return;

        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        lease.RunId = run.RunId;
        WeChatClient client = clients.Once().For(account);
        try
        {
            foreach (IAccountPart part in Parts(client, lease).Where(part => due.Contains(part.Name)))
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

    private IAccountPart[] Parts(WeChatClient client, RunLease lease) =>
    [
        new NamedIdsPart("groups", client.GetGroupsAsync, lease),
        new NamedIdsPart("tags", client.GetTagsAsync, lease),
        new BlacklistPart(client, lease),
        new DatacubePart(client, database, lease),
    ];

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
            await AccountReadingStore.FailedAsync(lease, part.Name, nextAt, exception.Message, cancellationToken);
            return !exception.IsUnreachable;
        }
        catch (ListingBrokenException exception)
        {
            await AccountReadingStore.FailedAsync(lease, part.Name, part.NextAt(now), exception.Message, cancellationToken);
            return true;
        }
    }
}
