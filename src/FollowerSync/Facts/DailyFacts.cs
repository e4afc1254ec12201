using FollowerSync.Database;

namespace FollowerSync.Facts;

/// <summary>Writes the daily facts: <c>wechat.daily_scenes</c>, <c>daily_qr_codes</c>, <c>daily_groups</c> and <c>daily_tags</c>.</summary>
internal static class DailyFacts
{
    private const string MarkSql = "select known_from, complete_as_of, stored_through, counted_through from followersync.counted_facts where app_id = @appId";

    private const string FollowingSql = "(select coalesce(sum(follows_earliest - leaves_latest), 0) from wechat.daily_scenes where app_id = @appId)";

    private const string KeepMarkSql =
        $"""
        insert into followersync.counted_facts (app_id, run_id, known_from, complete_as_of, stored_through, counted_through, following)
        values (@appId, @runId, @knownFrom, @completeAsOf, @storedThrough, @countedThrough, {FollowingSql})
        on conflict (app_id) do update
        set run_id = excluded.run_id, known_from = excluded.known_from, complete_as_of = excluded.complete_as_of, stored_through = excluded.stored_through,
            counted_through = excluded.counted_through, following = excluded.following
        """;

    private const string NewestSql = "select run_id, complete_as_of, known_from, stored_at from wechat.complete_runs where app_id = @appId";

    // Rows that earlier runs wrote by a clock that was ahead are stored too, though they bear a later time.
    private const string StoredSql =
        "select greatest(now(), (select max(greatest(r.finished_at, r.approved_at)) from wechat.sync_runs r where r.app_id = @appId and r.status not in ('running', 'abandoned')))";

    private const string PendingSql = "select exists (select from followersync.episode_changes where app_id = @appId)";

    private const string DropCodesSql =
        """
        with d as (delete from wechat.daily_qr_codes where app_id = @appId and qr_scene_str = any(@texts) returning 1),
             e as (update followersync.episode_changes set qr_scene_str = null where app_id = @appId and qr_scene_str = any(@texts) returning 1)
        select (select count(*) from d) + (select count(*) from e)
        """;

    private const string ClearSql =
        """
        delete from wechat.daily_scenes where app_id = @appId;
        delete from wechat.daily_qr_codes where app_id = @appId;
        delete from wechat.daily_groups where app_id = @appId;
        delete from wechat.daily_tags where app_id = @appId
        """;

    /// <summary>Counts what a complete run, and those before it, found new.</summary>
    /// <param name="tx">The caller's, who holds the lease.</param>
    /// <param name="appId">The account.</param>
    /// <param name="runId">The run.</param>
    /// <param name="completeAsOf">When the list of its round was begun.</param>
    public static Task CountAsync(Transaction tx, string appId, long runId, DateTimeOffset completeAsOf) => CountAsync(tx, appId, runId, completeAsOf, firstFrom: completeAsOf);

    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="runId">The run.</param>
    /// <param name="completeAsOf">When the list of its round was begun.</param>
    /// <param name="firstFrom">The same of the account's first complete run, for an account that has no facts yet.</param>
    private static async Task CountAsync(Transaction tx, string appId, long runId, DateTimeOffset completeAsOf, DateTimeOffset firstFrom)
    {
        DateTimeOffset until = await tx.ReadAsync<DateTimeOffset>(StoredSql, new { appId });
        FactMark? last = await tx.ReadOrDefaultAsync<FactMark>(MarkSql, new { appId });
        FactMark mark = new(last?.KnownFrom ?? firstFrom, completeAsOf, until, until);
        if (last?.CountedThrough is { } since && since < until)
        {
            await CountedRows.StageChangesAsync(tx, appId, last, since, until);
            await SumUpAsync(tx, FactStatements.Add, appId, sign: 1, LastDayOver(last));
        }
        else
        {
            await CountAllAsync(tx, appId, mark, until);
        }

        await KeepAsync(tx, appId, runId, mark);
    }

    /// <summary>To be called before rows are written: while the clock stands before what was counted, it stamps them as if they had been.</summary>
    public static Task DoubtAsync(Transaction tx, string appId) =>
        tx.ExecuteAsync("update followersync.counted_facts set counted_through = null where app_id = @appId and counted_through >= now()", new { appId });

    /// <summary>Counts as a complete run does, for the newest one, which somebody has just approved, maybe with others before it; does nothing when there is none.</summary>
    public static async Task CatchUpAsync(Transaction tx, string appId)
    {
        if (await ReadNewestAsync(tx, appId) is (long runId, DateTimeOffset completeAsOf, DateTimeOffset knownFrom, _))
            await CountAsync(tx, appId, runId, completeAsOf, knownFrom);
    }

    /// <summary>Counts all of an account anew, as it was stored when the newest complete run ended; what was said of a day before is lost. Times of following that were
    /// changed since are counted by the next complete run, which then counts all once more.</summary>
    /// <returns>Whether there was something to count: the account has completed a run.</returns>
    public static async Task<bool> RebuildAsync(Transaction tx, string appId)
    {
        if (await ReadNewestAsync(tx, appId) is not (long runId, DateTimeOffset completeAsOf, DateTimeOffset knownFrom, DateTimeOffset until))
            return false;

        bool isPending = await tx.ReadAsync<bool>(PendingSql, new { appId });
        FactMark mark = new(knownFrom, completeAsOf, until, isPending ? null : until);
        await CountAllAsync(tx, appId, mark, until);
        await KeepAsync(tx, appId, runId, mark);
        return true;
    }

    /// <summary>Takes people out of the counts, who are about to be deleted: what is counted out of the facts, what waits to be out of what waits. What their times of following
    /// were before messages told better the next complete run takes out: that names nobody.</summary>
    public static async Task TakeBackAsync(Transaction tx, string appId, string[] openIds)
    {
        if (await tx.ReadOrDefaultAsync<FactMark>(MarkSql, new { appId }) is not { } mark)
            return;

        await CountedRows.StagePeopleAsync(tx, appId, mark, mark.StoredThrough, openIds);
        await tx.ExecuteAsync(CountedRows.TakeBackWaiting);
        await SumUpAsync(tx, FactStatements.TakeBack, appId, sign: -1, LastDayOver(mark));
        await tx.ExecuteAsync($"update followersync.counted_facts set following = {FollowingSql} where app_id = @appId", new { appId });
    }

    /// <summary>Drops the counts of codes whose texts are emptied wherever they are stored.</summary>
    /// <returns>How many rows were changed.</returns>
    public static Task<long> DropCodesAsync(Transaction tx, string appId, string[] texts) => tx.ReadAsync<long>(DropCodesSql, new { appId, texts });

    private static async Task<(long RunId, DateTimeOffset CompleteAsOf, DateTimeOffset KnownFrom, DateTimeOffset StoredAt)?> ReadNewestAsync(Transaction tx, string appId) =>
        (await tx.ReadAllAsync<(long, DateTimeOffset, DateTimeOffset, DateTimeOffset)>(NewestSql, new { appId }))
            .Select(run => ((long, DateTimeOffset, DateTimeOffset, DateTimeOffset)?)run).SingleOrDefault();

    private static async Task CountAllAsync(Transaction tx, string appId, FactMark mark, DateTimeOffset until)
    {
        await tx.ExecuteAsync(ClearSql, new { appId });
        await CountedRows.StageAllAsync(tx, appId, mark, until);
        await SumUpAsync(tx, FactStatements.Insert, appId, sign: 1, saidThrough: null);
    }

    /// <summary>Sums the staged rows up into the facts. Another count may follow in the same transaction.</summary>
    private static async Task SumUpAsync(Transaction tx, string statements, string appId, int sign, DateTime? saidThrough)
    {
        await tx.ExecuteAsync(statements, new { appId, sign, saidThrough });
        await tx.ExecuteAsync("drop table counted_rows");
    }

    private static async Task KeepAsync(Transaction tx, string appId, long runId, FactMark mark)
    {
        await tx.ExecuteAsync("delete from followersync.episode_changes where app_id = @appId", new { appId });
        await tx.ExecuteAsync(KeepMarkSql, new { appId, runId, knownFrom = mark.KnownFrom, completeAsOf = mark.CompleteAsOf, storedThrough = mark.StoredThrough, countedThrough = mark.CountedThrough });
    }

    private static DateTime LastDayOver(FactMark mark) => mark.CompleteAsOf.ToOffset(TimeSpan.FromHours(8)).Date.AddDays(-1);
}
