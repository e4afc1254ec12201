using FollowerSync.Database;
using FollowerSync.Facts;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Logging;

namespace FollowerSync.Runs;

/// <summary>Reads and writes <c>wechat.sync_runs</c> and <c>wechat.accounts</c>.</summary>
internal sealed class SyncRunStore(FollowerDatabase database, SecretMask mask)
{
    /// <summary>What <see cref="SyncRun"/> is read from.</summary>
    public const string Columns =
        """
        run_id, app_id, trigger, status, started_at, finished_at, wechat_total, listed, added, changed, unchanged, unsubscribed, rejected,
        api_calls, retries, token_refreshes, waited, listing_took, confirming_took, refreshing_took, closing_took, listing_id,
        approved_at, rejected_at, retry_at, complete_as_of, node,
        array[coalesce(error_en, error), error] as error, array[coalesce(note_en, note), note] as note
        """;

    /// <summary>SQL: the run <c>r</c> has begun. One stamped by a clock that was ahead and has been set back would be the newest until then, whatever came after it; one that is under way is.</summary>
    public const string HasBegun = $"(r.started_at <= {DatabaseClock.Latest} or r.status = 'running')";

    /// <summary>SQL: begin, end and approval of the run <c>r</c> are not of the future: what is due after it can be reckoned.</summary>
    public const string IsOver = $"greatest(r.started_at, r.finished_at, r.approved_at) <= {DatabaseClock.Latest}";

    private const string NameAccountSql =
        """
        insert into wechat.accounts as a (app_id, name) values (@appId, @name)
        on conflict (app_id) do update set name = excluded.name, left_at = null where a.name <> excluded.name or a.left_at is not null
        """;

    // What the settings of others say, only their workers tell, and of a timer on another machine only its runs. So nobody is marked who was synced lately, by hand within a week, nor
    // as long as a worker of the last week has other accounts, alive or not, unless one that began after its end on the same machine, or under its name, has taken its place.
    private const string MarkLeftSql =
        """
        update wechat.accounts set left_at = null where app_id = any (@appIds) and left_at is not null;
        update wechat.accounts a
        set left_at = now()
        where a.app_id <> all (@appIds) and a.left_at is null
          and not exists (
              select 1 from wechat.sync_runs r
              where r.app_id = a.app_id and r.trigger <> 'event'
                and r.started_at > now() - case when r.trigger = 'manual' then interval '7 days' else interval '36 hours' end)
          and not exists (
              select 1 from followersync.nodes n
              where n.last_seen > now() - interval '7 days' and @settings <> all (string_to_array(n.fingerprint, ' '))
                and not exists (
                    select 1 from followersync.nodes s
                    where s.started_at > n.last_seen and (s.node = n.node or split_part(s.host, '/', 1) = split_part(n.host, '/', 1))
                      and (n.stopped_at is not null or n.last_seen < now() - n.silence)));
        """;

    // The caller holds the account's lease, so whatever is still running there is not.
    private const string AbandonSql =
        """
        update wechat.sync_runs
        set status = 'abandoned', finished_at = now(),
            error = @error, error_en = @english
        where app_id = @appId and status = 'running'
        """;

    private const string StartSql =
        """
        insert into wechat.sync_runs (app_id, trigger, status, started_at, node) values (@appId, @trigger, 'running', now(), @node)
        returning run_id, app_id, trigger, status, started_at, node
        """;

    private const string ProgressSql =
        """
        update wechat.sync_runs
        set wechat_total = @WechatTotal, listed = @Listed, added = @Added, changed = @Changed, unchanged = @Unchanged,
            unsubscribed = @Unsubscribed, rejected = @Rejected, api_calls = @ApiCalls, retries = @Retries, token_refreshes = @TokenRefreshes,
            waited = @Waited, listing_id = @ListingId, listing_took = @ListingTook, confirming_took = @ConfirmingTook, refreshing_took = @RefreshingTook,
            closing_took = @ClosingTook
        where run_id = @RunId and status = 'running'
        """;

    // A round may be gone on with the day after: what it stored is complete as of its list, not as of the run that came to the end of it.
    private const string CloseSql =
        """
        update wechat.sync_runs
        set status = @Status, finished_at = now() - @Since, error = @Error, error_en = @ErrorEn, note = @Note, note_en = @NoteEn, wechat_total = @WechatTotal, listed = @Listed, added = @Added, changed = @Changed,
            unchanged = @Unchanged, unsubscribed = @Unsubscribed, rejected = @Rejected, api_calls = @ApiCalls, retries = @Retries,
            token_refreshes = @TokenRefreshes, waited = @Waited, listing_took = @ListingTook, confirming_took = @ConfirmingTook, refreshing_took = @RefreshingTook,
            closing_took = @ClosingTook, listing_id = @ListingId, retry_at = now() - @Since + @RetryIn::interval,
            complete_as_of = case when @Status = 'succeeded' and trigger <> 'event'
                then coalesce((select l.started_at from followersync.listings l where l.listing_id = @ListingId), started_at) end
        where run_id = @RunId and status = 'running'
        returning finished_at, retry_at, complete_as_of
        """;

    private const string RecordSql =
        """
        insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error, error_en, retry_at, node)
        values (@AppId, @Trigger, 'failed', now() - @SinceStart, now() - @SinceEnd, @Error, @ErrorEn, now() - @SinceEnd + @RetryIn::interval, @Node)
        """;

    // What several runs held of an account is released at once. A run whose list was not complete is none the more complete by it.
    private const string ApproveSql =
        """
        update wechat.sync_runs r
        set status = case when l.status = 'held' then 'succeeded' else 'partial' end,
            error = case when l.status <> 'held' then @error end, error_en = case when l.status <> 'held' then @english end,
            approved_at = now(), complete_as_of = case when l.status = 'held' then l.started_at end,
            unsubscribed = r.unsubscribed + case when r.run_id = n.run_id then @unsubscribed else 0 end,
            changed = r.changed + case when r.run_id = n.run_id then @changed else 0 end
        from (select max(run_id) as run_id from wechat.sync_runs where app_id = @appId and status = 'held') n,
             wechat.sync_runs h left join followersync.listings l using (listing_id)
        where r.app_id = @appId and r.status = 'held' and h.run_id = r.run_id
        """;

    private const string RejectSql =
        """
        update wechat.sync_runs
        set status = 'partial', rejected_at = now(), error = @error, error_en = @english
        where app_id = @appId and status = 'held'
        """;

    private const string SettleSql =
        """
        update wechat.sync_runs
        set status = 'partial', error = @error, error_en = @english
        where app_id = @appId and status = 'held'
        """;

    private const string DeleteOldEventRunsSql =
        """
        delete from wechat.sync_runs
        where run_id in (
            select run_id from wechat.sync_runs
            where app_id = @appId and trigger = 'event' and status <> 'running'
              and started_at < now() - case when status = 'succeeded' then interval '1 day' else interval '30 days' end
            order by started_at
            limit 1000)
        """;

    /// <summary>Names the account, closes what a dead process left running there, and opens a new run.</summary>
    public static async Task<SyncRun> StartAsync(RunLease lease, string name, SyncTrigger trigger, CancellationToken cancellationToken)
    {
        SyncRun run = await lease.RunAsync(
            async tx =>
            {
                await tx.ExecuteAsync(NameAccountSql, new { appId = lease.AppId, name });
                await DailyFacts.DoubtAsync(tx, lease.AppId);
                await AbandonAsync(tx, lease);
                return await tx.ReadAsync<SyncRun>(StartSql, new { appId = lease.AppId, trigger = Text(trigger), node = lease.Node });
            },
            cancellationToken);
        lease.RunId = run.RunId;
        return run;
    }

    /// <summary>Closes what a dead process left running.</summary>
    public static Task AbandonAsync(RunLease lease, CancellationToken cancellationToken) =>
        lease.RunAsync(tx => AbandonAsync(tx, lease), cancellationToken);

    /// <summary>Notes the round that the transaction's run works on from now on: whoever looks on sees how far it is before anybody is merged.</summary>
    public static Task TakeUpAsync(Transaction tx, long listingId) =>
        tx.ExecuteAsync("update wechat.sync_runs set listing_id = @listingId where run_id = @RunId and status = 'running'", new { listingId, tx.RunId });

    /// <summary>Writes the counts of a run that goes on, in the transaction whose rows they count.</summary>
    public static Task SaveProgressAsync(Transaction tx, SyncRun run) =>
        tx.ExecuteAsync(ProgressSql, Parameters(run, tx.Language));

    /// <summary>Gives the run its final status and counts; does nothing when it has a final status already.</summary>
    /// <param name="lease">The run's lease.</param>
    /// <param name="run">The run with its final status.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="finish">What is to be stored with it, all or nothing; repeated, it changes nothing.</param>
    /// <returns>The run as it stands in the table.</returns>
    public async Task<SyncRun> CloseAsync(RunLease lease, SyncRun run, CancellationToken cancellationToken, Func<Transaction, Task>? finish = null)
    {
        run = run with { Error = Shown(run.Error) };
        (DateTimeOffset? finishedAt, DateTimeOffset? retryAt, DateTimeOffset? completeAsOf) = await lease.RunAsync(
            async tx =>
            {
                if (finish is not null)
                    await finish(tx);
                return await tx.ReadOrDefaultAsync<(DateTimeOffset?, DateTimeOffset?, DateTimeOffset?)>(CloseSql, Parameters(run, tx.Language));
            },
            cancellationToken);
        if (finishedAt is { } at)
            return run with { FinishedAt = at, RetryAt = retryAt, CompleteAsOf = completeAsOf };
        // As when this very transaction was committed, or the one before, and the answer got lost. What is not stored is only here: that the answer got lost is no reason to try again what succeeded.
        return await FindAsync(run.RunId, cancellationToken) is { } stored
            ? stored with { RetryIn = stored.RetryAt is null ? null : run.RetryIn, SettingsAtFault = run.SettingsAtFault } : run;
    }

    /// <summary>Takes the mark from the accounts that a worker names, and marks those, since now, that nobody names any more for all that can be told.</summary>
    /// <param name="appIds">The worker's accounts.</param>
    /// <param name="settings">The word of its fingerprint that says which these are, and how they are called.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task MarkLeftAsync(string[] appIds, string settings, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ExecuteAsync(MarkLeftSql, new { appIds, settings }), cancellationToken);

    /// <summary>Fails at once, and silently, when the database is away.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => database.RunOnceAsync(tx => tx.ReadAsync<int>("select 1"), cancellationToken);

    /// <summary>Records a run whose beginning or end the database missed, with the times it really had; does nothing when somebody has called it abandoned.</summary>
    public Task RecordAsync(RunLease lease, UnrecordedRun missed, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            if (missed.Run is { } run)
            {
                await tx.ExecuteAsync(CloseSql, Parameters(run with { Error = Shown(run.Error) }, tx.Language, missed.SinceEnd));
                return;
            }

            await tx.ExecuteAsync(NameAccountSql, new { appId = lease.AppId, name = missed.Account.DisplayName });
            (string? error, string? english) = Shown(missed.Error)?.Written(tx.Language) ?? default;
            await tx.ExecuteAsync(
                RecordSql,
                new { lease.AppId, Trigger = Text(missed.Trigger), missed.SinceStart, missed.SinceEnd, Error = error, ErrorEn = english, missed.RetryIn, lease.Node });
        },
        cancellationToken);

    /// <summary>Closes the held runs of an account, which an operator has released; the newest gets the counts.</summary>
    /// <param name="tx">The transaction that stores what they held.</param>
    /// <param name="appId">The account.</param>
    /// <param name="unsubscribed">People marked as gone now.</param>
    /// <param name="changed">Unionids changed now.</param>
    public static Task ApproveAsync(Transaction tx, string appId, int unsubscribed, int changed) => EndHeldAsync(tx, ApproveSql, appId, "What it held was approved; its list was not complete.", unsubscribed, changed);

    /// <summary>Closes the held runs of an account, which an operator has rejected.</summary>
    public static Task RejectAsync(Transaction tx, string appId) => EndHeldAsync(
        tx, RejectSql, appId, "What it held was rejected: nobody was marked as gone, and no unionid was changed. The next run asks again.");

    /// <summary>Closes the held runs of an account when a later run finds nothing to hold any longer.</summary>
    /// <returns>How many there were.</returns>
    public static Task<int> SettleAsync(Transaction tx, string appId, long runId) => EndHeldAsync(
        tx, SettleSql, appId, $"What it held is settled by run {runId}, which found no more than a run may change.");

    /// <summary>The newest run that waits for somebody to approve or reject; null when none does.</summary>
    public static Task<long?> FindHeldAsync(Transaction tx, string appId) =>
        tx.ReadAsync<long?>("select max(run_id) from wechat.sync_runs where app_id = @appId and status = 'held'", new { appId });

    public Task<SyncRun?> FindAsync(long runId, CancellationToken cancellationToken) => database.RunAsync(tx => FindAsync(tx, runId), cancellationToken);

    /// <summary>The run of this number; null when there is none.</summary>
    public static Task<SyncRun?> FindAsync(Transaction tx, long runId) =>
        tx.ReadOrDefaultAsync<SyncRun>($"select {Columns} from wechat.sync_runs where run_id = @runId", new { runId });

    /// <summary>The newest run of the account that was more than a run of arrivals; null when it never had one.</summary>
    public async Task<SyncRun?> LastRunAsync(string appId, CancellationToken cancellationToken) =>
        (await LastRunsAsync(appId, count: 1, cancellationToken)).SingleOrDefault();

    /// <summary>Likewise, its times by the clock of this machine, which schedules go by: the database's may be ahead by as much as lies between two runs.</summary>
    public async Task<SyncRun?> LastRunByAsync(TimeProvider time, string appId, CancellationToken cancellationToken)
    {
        TimeSpan ahead = await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken) - time.GetUtcNow();
        return await LastRunAsync(appId, cancellationToken) is { } run
            ? run with { StartedAt = run.StartedAt - ahead, FinishedAt = run.FinishedAt - ahead, RetryAt = run.RetryAt - ahead } : null;
    }

    /// <summary>The newest runs of the account, newest first: by their beginning, since what the database missed is recorded later. Runs of arrivals, which
    /// say nothing of the account as a whole, are left out.</summary>
    public Task<IReadOnlyList<SyncRun>> LastRunsAsync(string appId, int count, CancellationToken cancellationToken) => QueryAsync(
        $"select {Columns} from wechat.sync_runs r where app_id = @appId and trigger <> 'event' and {HasBegun} order by started_at desc, run_id desc limit @count",
        new { appId, count },
        cancellationToken);

    /// <summary>The newest run of arrivals; null when there was none lately.</summary>
    public async Task<SyncRun?> LastEventRunAsync(string appId, CancellationToken cancellationToken) => (await QueryAsync(
        $"select {Columns} from wechat.sync_runs r where app_id = @appId and trigger = 'event' and {HasBegun} order by started_at desc, run_id desc limit 1", new { appId }, cancellationToken))
        .SingleOrDefault();

    /// <summary>Deletes old runs of arrivals, which come by the thousand a day: those that succeeded sooner.</summary>
    public static Task DeleteOldEventRunsAsync(Transaction tx, string appId) => tx.ExecuteAsync(DeleteOldEventRunsSql, new { appId });

    private async Task<IReadOnlyList<SyncRun>> QueryAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        await database.RunAsync(tx => tx.ReadAllAsync<SyncRun>(sql, parameters), cancellationToken);

    // Errors of the database and of the machine are not of our own wording.
    private Sentence? Shown(Sentence? error) => error?.With(text => Printable.Of(mask.Mask(text)));

    // When it was taken over is when it ended, as the record has it.
    private static Task<int> AbandonAsync(Transaction tx, RunLease lease)
    {
        Sentence why = $"Its node ended, or stood still for too long, without closing it. Node {lease.Node} has taken it over. What it stored is right; the next run goes on from there.";
        (string error, string? english) = why.Written(tx.Language);
        return tx.ExecuteAsync(AbandonSql, new { appId = lease.AppId, error, english });
    }

    private static Task<int> EndHeldAsync(Transaction tx, string sql, string appId, Sentence why, int unsubscribed = 0, int changed = 0)
    {
        (string error, string? english) = why.Written(tx.Language);
        return tx.ExecuteAsync(sql, new { appId, error, english, unsubscribed, changed });
    }

    private static object Parameters(SyncRun run, Language language, TimeSpan since = default)
    {
        (string? error, string? errorEn) = run.Error?.Written(language) ?? default;
        (string? note, string? noteEn) = run.Note?.Written(language) ?? default;
        return new
        {
            run.RunId,
            Since = since,
            run.RetryIn,
            Status = Text(run.Status),
            Error = error,
            ErrorEn = errorEn,
            Note = note,
            NoteEn = noteEn,
            run.WechatTotal,
            run.Listed,
            run.Added,
            run.Changed,
            run.Unchanged,
            run.Unsubscribed,
            run.Rejected,
            run.ApiCalls,
            run.Retries,
            run.TokenRefreshes,
            run.Waited,
            run.ListingTook,
            run.ConfirmingTook,
            run.RefreshingTook,
            run.ClosingTook,
            run.ListingId,
        };
    }

    private static string Text<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
