using Dapper;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Merging;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;
using Npgsql;

namespace FollowerSync.Sync;

/// <summary>Releases what the mass-change brake holds of a run, after asking WeChat about every person again.</summary>
internal sealed class RunApproval(
    FollowerDatabase database, RunLeases leases, SyncRunStore runs, WeChatTransport transport, AccessTokens tokens, CallResilience resilience, TimeProvider time)
{
    private const int BatchSize = 100;

    private const string CandidatesSql =
        """
        select openid from followersync.unfollow_candidates
        where app_id = @appId and listing_id = @listingId and answered_at is not null
        order by openid
        """;

    private const string HeldIdentitiesSql = "select openid from followersync.held_identities where app_id = @appId and run_id = @runId order by openid";

    private const string StaysSql = "delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds)";

    private const string ConfirmedSql =
        "update followersync.unfollow_candidates set answered_at = now() where app_id = @appId and openid = any(@openIds)";

    private const string ReleaseIdentitySql =
        $"""
        with released as (
            delete from followersync.held_identities where app_id = @appId and openid = @openId returning unionid
        ), changed as materialized (
            select f.ctid as place, f as old, {FollowerHistory.ChangedAt} as at, array['unionid'] as replaced, r.unionid
            from released r, wechat.followers f
            where f.app_id = @appId and f.openid = @openId and r.unionid = @unionId and f.unionid is distinct from r.unionid
        ), versions as (
            {FollowerHistory.KeepVersions}
        )
        update wechat.followers f set unionid = c.unionid, profile_hash = null, changed_at = c.at
        from changed c
        where f.ctid = c.place
        """;

    private const string CloseSql =
        """
        update wechat.sync_runs set status = 'succeeded', error = null, approved_at = now(), unsubscribed = unsubscribed + @marked, changed = changed + @identities
        where run_id = @runId and status = 'held';
        update followersync.listings set status = 'done' where listing_id = @listingId and status = 'complete';
        """;

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
        var client = new WeChatClient(account, transport, tokens, resilience, new CallCounts(), new CallPace(1, time), []);
        (List<string> gone, List<string> stay) = await AskAgainAsync(client, run, cancellationToken);
        Dictionary<string, string> unionIds = await AskIdentitiesAgainAsync(client, run, cancellationToken);
        return await database.RunInTransactionAsync(
            (connection, transaction, token) => ReleaseAsync(connection, transaction, lease, run, gone, stay, unionIds, token), cancellationToken);
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
        IReadOnlyList<string> candidates = await ReadAsync(CandidatesSql, run, cancellationToken);
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
        foreach (string openId in await ReadAsync(HeldIdentitiesSql, run, cancellationToken))
        {
            FollowerProfile profile = await client.GetProfileAsync(openId, cancellationToken);
            if (profile.OpenId == openId && profile.UnionId is { } unionId)
                unionIds[openId] = unionId;
        }

        return unionIds;
    }

    private static async Task<ApprovalResult> ReleaseAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        RunLease lease,
        SyncRun run,
        List<string> gone,
        List<string> stay,
        Dictionary<string, string> unionIds,
        CancellationToken cancellationToken)
    {
        string appId = run.AppId;
        await ExecuteAsync(StaysSql, new { appId, openIds = stay.ToArray() });
        await ExecuteAsync(ConfirmedSql, new { appId, openIds = gone.ToArray() });
        int marked = await UnfollowMarker.MarkAsync(connection, transaction, appId, cancellationToken);
        int identities = 0;
        foreach ((string openId, string unionId) in unionIds)
            identities += await ExecuteAsync(ReleaseIdentitySql, new { appId, openId, unionId });
        await ExecuteAsync(CloseSql, new { runId = run.RunId, listingId = run.ListingId, marked, identities });
        await lease.ProveAsync(connection, transaction, cancellationToken);
        return new ApprovalResult(run.RunId, appId, marked, stay.Count, identities, unionIds.Count - identities);

        Task<int> ExecuteAsync(string sql, object parameters) =>
            connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    private Task<IReadOnlyList<string>> ReadAsync(string sql, SyncRun run, CancellationToken cancellationToken) =>
        database.RunInTransactionAsync<IReadOnlyList<string>>(
            async (connection, transaction, token) => (await connection.QueryAsync<string>(new CommandDefinition(
                sql, new { appId = run.AppId, listingId = run.ListingId, runId = run.RunId }, transaction, cancellationToken: token))).AsList(),
            cancellationToken);
}
