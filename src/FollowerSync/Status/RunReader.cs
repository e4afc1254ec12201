using FollowerSync.Database;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Status;

/// <summary>Reads what runs did, from their records alone: for the verbs and for whoever else shows it.</summary>
internal sealed class RunReader(FollowerDatabase database)
{
    // By the indexes of each account: the table keeps all runs there ever were. A run that is longer than the days before is not looked for.
    private const string IsSince =
        "(@Since::timestamptz is null or (r.started_at > @Since - interval '60 days' and (r.started_at >= @Since or coalesce(r.finished_at, 'infinity') >= @Since)))";

    private const string RunsSql =
        $"""
        select {SyncRunStore.Columns}
        from (select app_id as account from wechat.accounts where @AppId::text is null or app_id = @AppId) a
        cross join lateral (
            (select * from wechat.sync_runs r
             where not @FailedArrivals and r.app_id = a.account and r.trigger <> 'event' and {IsSince} order by r.started_at desc, r.run_id desc limit @Count)
            union all
            (select * from wechat.sync_runs r
             where @FailedArrivals and r.app_id = a.account and r.trigger = 'event' and r.status <> 'succeeded' and {IsSince} order by r.started_at desc, r.run_id desc limit @Count)) r
        order by started_at desc, run_id desc
        limit @Count
        """;

    private const string ArrivalsSql =
        """
        select r.status, count(*) as runs, sum(r.added)::bigint as added, sum(r.rejected)::bigint as rejected
        from wechat.accounts a
        join wechat.sync_runs r on r.app_id = a.app_id and r.trigger = 'event' and (@Since::timestamptz is null or r.started_at >= @Since)
        where @AppId::text is null or a.app_id = @AppId
        group by r.status
        order by r.status
        """;

    private const string RunSql = $"select {SyncRunStore.Columns} from wechat.sync_runs where run_id = @runId";

    private const string AccountsSql =
        """
        select a.app_id, a.name, exists (select from followersync.leases l where l.app_id = a.app_id and l.expires_at > now()) as is_leased, now() as now
        from wechat.accounts a
        where a.app_id = any(@appIds)
        """;

    // As many as tell what the matter is.
    private const string RefusalsSql =
        """
        select errcode, count(*), max(rid)
        from (
            select errcode, rid from followersync.rejected_openids
            where app_id = @AppId and last_rejected_at between @StartedAt and coalesce(@FinishedAt, 'infinity'::timestamptz) limit 10000) r
        group by errcode
        order by 2 desc, 1
        """;

    /// <summary>The runs, newest first: by their beginning, since what the database missed is recorded later.</summary>
    public Task<IReadOnlyList<RunView>> ReadAsync(RunFilter filter, CancellationToken cancellationToken) =>
        database.RunAsync(async tx => await ViewAsync(tx, await tx.ReadAllAsync<SyncRun>(RunsSql, filter)), cancellationToken);

    /// <summary>The runs of arrivals that <paramref name="filter"/> means, counted by how they ended.</summary>
    public async Task<IReadOnlyList<ArrivalRuns>> CountArrivalsAsync(RunFilter filter, CancellationToken cancellationToken) =>
        await database.RunAsync(tx => tx.ReadAllAsync<ArrivalRuns>(ArrivalsSql, filter), cancellationToken);

    /// <summary>The accounts that ever had a run.</summary>
    public async Task<IReadOnlyList<(string AppId, string Name)>> ReadAccountsAsync(CancellationToken cancellationToken) =>
        await database.RunAsync(tx => tx.ReadAllAsync<(string AppId, string Name)>("select app_id, name from wechat.accounts order by name, app_id"), cancellationToken);

    /// <summary>One run whole; null when there is no such run.</summary>
    public Task<RunDetails?> FindAsync(long runId, CancellationToken cancellationToken) => database.RunAsync<RunDetails?>(
        async tx =>
        {
            await tx.ForbidWritesAsync();
            if (await ViewAsync(tx, await tx.ReadAllAsync<SyncRun>(RunSql, new { runId })) is not [{ } view])
                return null;
            HeldChanges? held = view.Run.Status == RunStatus.Held ? await HeldChanges.ReadAsync(tx, view.Run.AppId) : null;
            return new RunDetails(view, held, view.Run.Rejected > 0 ? await ReadRefusalsAsync(tx, view.Run) : []);
        },
        cancellationToken);

    private static async Task<IReadOnlyList<RunView>> ViewAsync(Transaction tx, List<SyncRun> runs)
    {
        Dictionary<string, AccountRow> accounts = (await tx.ReadAllAsync<AccountRow>(AccountsSql, new { appIds = runs.Select(run => run.AppId).Distinct().ToArray() }))
            .ToDictionary(account => account.AppId, StringComparer.Ordinal);
        return [.. runs.Select(run => View(run, accounts.GetValueOrDefault(run.AppId) ?? new AccountRow { AppId = run.AppId, Name = run.AppId }))];
    }

    private static RunView View(SyncRun run, AccountRow account)
    {
        TimeSpan soFar = account.Now > run.StartedAt ? account.Now - run.StartedAt : TimeSpan.Zero;
        return new RunView(account.Name, LivingRun.AsItIs(run, account.IsLeased), run.Took ?? soFar);
    }

    private static async Task<IReadOnlyList<RunRefusals>> ReadRefusalsAsync(Transaction tx, SyncRun run) =>
        [.. (await tx.ReadAllAsync<(int? Errcode, long Openids, string? Rid)>(RefusalsSql, new { run.AppId, run.StartedAt, run.FinishedAt })).Select(row => Refusals(row.Errcode, row.Openids, row.Rid))];

    private static RunRefusals Refusals(int? errcode, long openIds, string? rid) => errcode is { } code
        ? new RunRefusals(code, openIds, rid, ErrorReactions.Of(code).Meaning, ErrorReactions.Of(code).Remedy)
        : new RunRefusals(null, openIds, rid, "left out of WeChat's answers, in none that can be read, or nothing that can be an openid", "They are asked again by themselves; followersync.rejected_openids names them.");

    private sealed record AccountRow
    {
        public string AppId { get; init; } = "";

        public string Name { get; init; } = "";

        public bool IsLeased { get; init; }

        public DateTimeOffset Now { get; init; }
    }
}
