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
        with old as materialized (
            select v.openid from wechat.visitors v
            where v.app_id = @appId and v.last_seen_at < @until
              and not exists (select from wechat.followers f where f.app_id = v.app_id and f.openid = v.openid and (f.subscribe or f.anonymised_at is not null))
            limit @limit
        ), gone as (
            delete from wechat.visitors v using old o where v.app_id = @appId and v.openid = o.openid and v.last_seen_at < @until returning v.openid
        )
        select openid from gone
        """;

    private const string ScansSql =
        """
        with old as materialized (
            select s.openid, s.fingerprint from wechat.scans s
            where s.app_id = @appId and s.scanned_at < @until
              and not exists (select from wechat.followers f where f.app_id = s.app_id and f.openid = s.openid)
            limit @limit
        ), gone as (
            delete from wechat.scans s using old o where s.app_id = @appId and s.openid = o.openid and s.fingerprint = o.fingerprint returning s.openid
        )
        select openid from gone
        """;

    public string Name => "forgetting visitors who did not come back";

    // WeChat and the database have answered, so there is use in it.
    public bool Follows(RunStatus status) => status is RunStatus.Succeeded or RunStatus.Partial or RunStatus.Held;

    /// <inheritdoc/>
    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        if (options.Value.VisitorRetention == TimeSpan.Zero)
            return;

        DateTimeOffset until = await delay.ReadUntilAsync(options.Value.VisitorRetention, cancellationToken);
        long rows = 0;
        foreach (string sql in (string[])[VisitorsSql, ScansSql])
        {
            int gone;
            do
            {
                gone = await database.RunAsync(tx => DeleteAsync(tx, sql, account.AppId, until), cancellationToken);
                rows += gone;
            }
            while (gone == BatchSize);
        }

        if (rows > 0)
            LogForgotten(account.DisplayName, rows);
    }

    private static async Task<int> DeleteAsync(Transaction tx, string sql, string appId, DateTimeOffset until)
    {
        List<string> gone = await tx.ReadAllAsync<string>(sql, new { appId, until, limit = BatchSize });
        if (gone.Count > 0)
            await DeletionLog.WriteAsync(tx, appId, DeletionReason.Expired, DeletionAction.Deleted, gone.Distinct(StringComparer.Ordinal).Count(), gone.Count);
        return gone.Count;
    }

    [LoggerMessage(LogLevel.Information, "Of account {Account}, {Rows} rows were deleted about people who do not follow and have not come for long")]
    private partial void LogForgotten(string account, long rows);
}
