using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Deletes, after a run, visitors who do not follow and have not come for longer than <see cref="PrivacyOptions.VisitorRetention"/>, and scans of
/// people who are not stored as followers. Who follows, or is anonymised, is the matter of <see cref="LeaverPrivacy"/>. What a migration made of their openids goes with them, unless
/// the person is still stored at the other account.</summary>
internal sealed partial class VisitorRetention(FollowerDatabase database, PrivacyDelay delay, IOptions<PrivacyOptions> options, ILogger<VisitorRetention> logger) : IAfterRun
{
    private const int BatchSize = 5_000;

    private const string VisitorsSql =
        """
        with page as materialized (
            select openid from wechat.visitors where app_id = @appId and openid > @after and last_seen_at < @until order by openid limit @limit
        ), kept as materialized (
            select openid from wechat.followers
            where app_id = @appId and openid = any(array(select openid from page)) and (subscribe or anonymised_at is not null)
        ), gone as (
            delete from wechat.visitors v using page o
            where v.app_id = @appId and v.openid = o.openid and v.last_seen_at < @until and o.openid not in (select openid from kept)
            returning v.openid
        )
        select (select max(openid) from page), array(select openid from gone)
        """;

    private const string ScansSql =
        """
        with page as materialized (
            select distinct openid from wechat.scans where app_id = @appId and openid > @after and scanned_at < @until order by openid limit @limit
        ), kept as materialized (
            select openid from wechat.followers where app_id = @appId and openid = any(array(select openid from page))
        ), gone as (
            delete from wechat.scans s using page o
            where s.app_id = @appId and s.openid = o.openid and s.scanned_at < @until and o.openid not in (select openid from kept)
            returning s.openid
        )
        select (select max(openid) from page), array(select openid from gone)
        """;

    private const string ChangesSql =
        """
        with change as materialized (
            select from_app_id, old_openid, to_app_id, new_openid from wechat.openid_changes
            where (from_app_id = @appId and old_openid = any(@openIds)) or (to_app_id = @appId and new_openid = any(@openIds))
        ), side as materialized (
            select from_app_id as app_id, old_openid as openid from change union select to_app_id, new_openid from change where new_openid is not null
        ), follower as materialized (
            select app_id, openid from wechat.followers where app_id = any(array(select app_id from side)) and openid = any(array(select openid from side))
        ), stored as materialized (
            select app_id, openid from follower
            union all
            select app_id, openid from wechat.visitors where app_id = any(array(select app_id from side)) and openid = any(array(select openid from side))
        ), gone as (
            delete from wechat.openid_changes c using change g
            where c.from_app_id = g.from_app_id and c.old_openid = g.old_openid and c.to_app_id = g.to_app_id
              and not exists (select 1 from stored s where s.app_id = c.from_app_id and s.openid = c.old_openid)
              and not exists (select 1 from stored s where s.app_id = c.to_app_id and s.openid = c.new_openid)
            returning 1
        )
        select count(*)::int from gone
        """;

    public string Name => "forgetting visitors who did not come back";

    /// <inheritdoc/>
    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        if (options.Value.VisitorRetention == TimeSpan.Zero)
            return;

        DateTimeOffset until = await delay.ReadUntilAsync(options.Value.VisitorRetention, cancellationToken);
        long rows = 0;
        foreach (string sql in (string[])[VisitorsSql, ScansSql])
        {
            string? after = "";
            while (after is not null)
            {
                string from = after;
                (after, int gone) = await database.RunAsync(tx => DeleteAsync(tx, sql, account.AppId, until, from), cancellationToken);
                rows += gone;
            }
        }

        if (rows > 0)
            LogForgotten(account.DisplayName, rows);
    }

    /// <returns>The last openid looked at, null = nobody is left; and how many rows went.</returns>
    private static async Task<(string? Through, int Gone)> DeleteAsync(Transaction tx, string sql, string appId, DateTimeOffset until, string after)
    {
        (string? through, string[] gone) = (await tx.ReadAllAsync(
            sql, new { appId, until, after, limit = BatchSize }, row => (row.IsDBNull(0) ? null : row.GetString(0), row.GetFieldValue<string[]>(1)))).Single();
        if (gone.Length == 0)
            return (through, 0);

        string[] people = [.. gone.Distinct(StringComparer.Ordinal)];
        int rows = gone.Length + await tx.ReadAsync<int>(ChangesSql, new { appId, openIds = people });
        await DeletionLog.WriteAsync(tx, appId, DeletionReason.Expired, DeletionAction.Deleted, people.Length, rows);
        return (through, rows);
    }

    [LoggerMessage(2606, LogLevel.Information, "Of account {Account}, {Rows} rows were deleted about people who do not follow and have not come for long")]
    private partial void LogForgotten(string account, long rows);
}
