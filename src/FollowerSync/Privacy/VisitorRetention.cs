using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;

namespace FollowerSync.Privacy;

/// <summary>Deletes, after a run, visitors who do not follow and have not come for longer than <see cref="PrivacyOptions.VisitorRetention"/>, and scans of
/// people who are not stored as followers. Who follows, or is anonymised, is the matter of <see cref="LeaverPrivacy"/>.</summary>
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
        if (gone.Length > 0)
            await DeletionLog.WriteAsync(tx, appId, DeletionReason.Expired, DeletionAction.Deleted, gone.Distinct(StringComparer.Ordinal).Count(), gone.Length);
        return (through, gone.Length);
    }

    [LoggerMessage(LogLevel.Information, "Of account {Account}, {Rows} rows were deleted about people who do not follow and have not come for long")]
    private partial void LogForgotten(string account, long rows);
}
