using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Anonymises or deletes, after a run, people who have been gone for longer than <see cref="PrivacyOptions.Delay"/>.</summary>
internal sealed partial class LeaverPrivacy(
    PrivacyDelay delay, RunLeases leases, PersonAnonymisation anonymisation, HashKeyStore hashKeys, PrivacyWarning warning, IOptions<PrivacyOptions> options, ILogger<LeaverPrivacy> logger)
    : IAfterRun
{
    private const int BatchSize = 1_000;

    // An event or visit of theirs that WeChat is still to be asked about may be a return: they wait for the answer. An import tells nothing new.
    private const string BatchSql =
        $"""
        select f.openid
        from wechat.followers f
        where {PrivacyDelay.IsDue} @dueUntil and not exists (
            select 1 from followersync.arrivals a where a.app_id = f.app_id and a.openid = f.openid and a.state = 'waiting' and a.source <> 'import')
        order by f.unfollowed_before
        limit @limit
        """;

    // The same on tables that are spread, which the inbox is not.
    private const string SpreadBatchSql =
        $"""
        with waiting as materialized (
            select distinct openid from followersync.arrivals where app_id = @appId and state = 'waiting' and source <> 'import'
        )
        select f.openid
        from wechat.followers f
        left join waiting w on w.openid = f.openid
        where {PrivacyDelay.IsDue} @dueUntil and w.openid is null
        order by f.unfollowed_before
        limit @limit
        """;

    public string Name => "cleaning up after people who unfollowed";

    /// <inheritdoc/>
    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        if (options.Value.AfterUnfollow == AfterUnfollow.Keep || await delay.ReadDueUntilAsync(account.AppId, cancellationToken) is not { } dueUntil)
            return;

        if (options.Value.AfterUnfollow == AfterUnfollow.Anonymise && !await IsRightKeyAsync(cancellationToken))
            return;

        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        lease.RunId = run.RunId;
        await lease.RunAsync(tx => PersonTraces.UnlistDueAsync(tx, lease.AppId, dueUntil), cancellationToken);
        Cleaned all = new(0, 0);
        Cleaned batch;
        do
        {
            batch = await lease.RunAsync(tx => CleanAsync(tx, lease.AppId, dueUntil), cancellationToken);
            all = new Cleaned(all.Anonymised + batch.Anonymised, all.Deleted + batch.Deleted);
        }
        while (batch.Anonymised + batch.Deleted == BatchSize);

        LogCleaned(account.DisplayName, all.Anonymised, all.Deleted);
    }

    /// <summary>Whether the key is the one of before, or there never was one. A key that is only away, as with a folder that is not mounted, must not cost anybody's rows.</summary>
    private async Task<bool> IsRightKeyAsync(CancellationToken cancellationToken)
    {
        HashKeyState key = await hashKeys.KeepAsync(cancellationToken);
        bool isRight = key is not (HashKeyState.Another or HashKeyState.Missing);
        if (!isRight)
            warning.Tell(key);
        return isRight;
    }

    private async Task<Cleaned> CleanAsync(
        Transaction tx, string appId, DateTimeOffset dueUntil)
    {
        string[] due = [.. await tx.ReadAllAsync<string>(tx.IsSpread ? SpreadBatchSql : BatchSql, new { appId, dueUntil, limit = BatchSize })];
        string[] toDelete = options.Value.AfterUnfollow == AfterUnfollow.Delete || options.Value.LacksKey
            ? due : await anonymisation.FindTwiceStoredAsync(tx, appId, due);
        string[] toAnonymise = [.. due.Except(toDelete, StringComparer.Ordinal)];
        if (toDelete.Length > 0)
            await PersonErasure.EraseAsync(tx, appId, toDelete, DeletionReason.Unfollowed, listed: 0);
        if (toAnonymise.Length > 0)
            await anonymisation.AnonymiseAsync(tx, appId, toAnonymise);
        return new Cleaned(toAnonymise.Length, toDelete.Length);
    }

    [LoggerMessage(2601, LogLevel.Information, "Of account {Account}, {Anonymised} people who unfollowed were anonymised and {Deleted} deleted")]
    private partial void LogCleaned(string account, long anonymised, long deleted);

    /// <summary>How many people.</summary>
    private readonly record struct Cleaned(long Anonymised, long Deleted);
}
