using System.Data.Common;
using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.changes</c>: what every transaction did to rows of <c>wechat.followers</c>.</summary>
/// <remarks>Ids come from one counter row, taken by the last statement before the fence and the commit. The row stays locked until the commit, so that
/// ids appear in the order of commits: whoever has read up to one never meets a lower one later, however long a transaction took. Each statement
/// is one, its values sent before the lock is taken: a process that stands still holds others up no longer than an idle transaction may live.</remarks>
internal static class ChangeFeed
{
    /// <summary>What a merge of answers did, for a <c>returning</c> of a statement that writes as <see cref="FollowerHistory"/> says.</summary>
    public const string MergeReturning =
        $"""
        f.openid, case when {FollowerHistory.HasReturned} then '{ChangeKinds.Returned}' else '{ChangeKinds.Changed}' end,
        c.replaced || case when {FollowerHistory.HasReturned} then array['unfollowed_after', 'unfollowed_before', 'unfollow_source', 'first_followed_at'] else array[]::text[] end
                   || case when {FollowerHistory.HasReturned} or 'subscribe_time' = any(c.replaced) then array['followed_after', 'followed_before'] else array[]::text[] end
        """;

    private const string OpenIdsCount = "cardinality(@openIds::text[])";

    private const string CreateMarkedSql = """create temporary table marked_followers (openid text collate "C" not null) on commit drop""";

    // Without an index by openid, which every new follower would have to enter: a deletion reads the kept changes once.
    private const string ForgetSql = "delete from wechat.changes where app_id = @appId and openid = any(@openIds)";

    // From the oldest on, up to the first that is to stay: what is left has no holes. A stamp further ahead than rows are kept is of a clock that was set.
    private const string PruneSql =
        """
        with page as materialized (
            select change_id, at from wechat.changes order by change_id limit @limit
        ), edge as (
            select coalesce((select min(change_id) from page where at >= @until and at < now() + @keep::interval), (select max(change_id) + 1 from page)) as first_kept
        ), gone as (
            delete from wechat.changes c using edge e where c.change_id < e.first_kept returning c.change_id
        ), counter as (
            update followersync.change_counter set pruned_id = greatest(pruned_id, (select max(change_id) from gone)) where exists (select 1 from gone)
        )
        select count(*) from gone
        """;

    private static readonly string WriteSql = Write(
        OpenIdsCount,
        """
        select n.before + c.place, @runId, @appId, c.openid, c.kind, string_to_array(c.columns, ','), n.at
        from counter n cross join unnest(@openIds::text[], @kinds::text[], @columns::text[]) with ordinality as c (openid, kind, columns, place)
        """);

    private static readonly string WriteSameSql = Write(
        OpenIdsCount,
        """
        select n.before + c.place, @runId, @appId, c.openid, @kind, @columns::text[], n.at
        from counter n cross join unnest(@openIds::text[]) with ordinality as c (openid, place)
        """);

    private static readonly string WriteMarkedSql = Write(
        "@marked",
        $"""
        select n.before + row_number() over (), @runId, @appId, m.openid, '{ChangeKinds.Unfollowed}',
               array['subscribe', 'unfollowed_after', 'unfollowed_before', 'unfollow_source'], n.at
        from counter n cross join marked_followers m
        """);

    /// <summary>Reads what a statement returns: openid, kind, columns.</summary>
    public static FollowerChange Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2));

    /// <summary>Notes changes, to be written when all else of the transaction is.</summary>
    public static void Note(Transaction tx, string appId, IReadOnlyCollection<FollowerChange> changes)
    {
        if (changes.Count == 0)
            return;

        string[] openIds = [.. changes.Select(c => c.OpenId)];
        string[] kinds = [.. changes.Select(c => c.Kind)];
        string[] columns = [.. changes.Select(c => string.Join(',', c.Columns))];
        tx.Lastly(() => tx.ExecuteAsync(WriteSql, new { appId, runId = tx.RunId, openIds, kinds, columns }));
    }

    /// <summary>Notes the same of several people.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="kind">One of <see cref="ChangeKinds"/>.</param>
    /// <param name="columns">Names of the columns that changed; null = the whole row came or went.</param>
    public static void NoteSame(Transaction tx, string appId, string[] openIds, string kind, string[]? columns = null)
    {
        if (openIds.Length > 0)
            tx.Lastly(() => tx.ExecuteAsync(WriteSameSql, new { appId, runId = tx.RunId, openIds, kind, columns }));
    }

    /// <summary>Notes rows that are gone: of the people's earlier changes nothing is kept.</summary>
    public static async Task NoteForgottenAsync(Transaction tx, string appId, string[] openIds)
    {
        if (openIds.Length == 0)
            return;

        await tx.ExecuteAsync(ForgetSql, new { appId, openIds });
        NoteSame(tx, appId, openIds, ChangeKinds.Deleted);
    }

    /// <summary>Makes the table <c>marked_followers</c>, where a statement puts whom it marks as gone; they may be millions.</summary>
    public static Task<int> PrepareMarkedAsync(Transaction tx) => tx.ExecuteAsync(CreateMarkedSql);

    /// <summary>Notes those of <c>marked_followers</c>.</summary>
    public static void NoteMarked(Transaction tx, string appId, int marked)
    {
        if (marked > 0)
            tx.Lastly(() => tx.ExecuteAsync(WriteMarkedSql, new { appId, runId = tx.RunId, marked = (long)marked }));
    }

    /// <summary>Deletes the oldest changes.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="until">Those written before.</param>
    /// <param name="keep">How long changes are kept.</param>
    /// <param name="limit">How many at most.</param>
    /// <returns>How many were deleted.</returns>
    public static Task<long> PruneAsync(Transaction tx, DateTimeOffset until, TimeSpan keep, int limit) => tx.ReadAsync<long>(PruneSql, new { until, keep, limit });

    /// <summary>The statement that takes <paramref name="count"/> ids and writes as many rows.</summary>
    private static string Write(string count, string rows) =>
        $"""
        with counter as (
            update followersync.change_counter set last_id = last_id + {count} returning last_id - {count} as before, clock_timestamp() as at
        )
        insert into wechat.changes (change_id, run_id, app_id, openid, kind, changed_columns, at)
        {rows}
        """;
}
