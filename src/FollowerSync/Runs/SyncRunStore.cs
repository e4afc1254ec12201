using Dapper;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Runs;

/// <summary>Reads and writes <c>wechat.sync_runs</c> and <c>wechat.accounts</c>.</summary>
internal sealed class SyncRunStore(FollowerDatabase database)
{
    private const string Columns =
        """
        run_id, app_id, trigger, status, started_at, finished_at, wechat_total, listed, added, changed, unchanged, unsubscribed, rejected,
        api_calls, retries, token_refreshes, waited, error, listing_id
        """;

    private const string NameAccountSql =
        """
        insert into wechat.accounts as a (app_id, name) values (@appId, @name)
        on conflict (app_id) do update set name = excluded.name where a.name <> excluded.name
        """;

    // The caller holds the account's lease, so whatever is still running there is not.
    private const string AbandonSql =
        """
        update wechat.sync_runs
        set status = 'abandoned', finished_at = now(),
            error = 'The process that ran it ended without closing it. What it stored is right; the next run goes on from there.'
        where app_id = @appId and status = 'running'
        """;

    private const string StartSql =
        """
        insert into wechat.sync_runs (app_id, trigger, status, started_at) values (@appId, @trigger, 'running', now())
        returning run_id, started_at
        """;

    private const string ProgressSql =
        """
        update wechat.sync_runs
        set wechat_total = @WechatTotal, listed = @Listed, added = @Added, changed = @Changed, unchanged = @Unchanged,
            unsubscribed = @Unsubscribed, rejected = @Rejected, api_calls = @ApiCalls, retries = @Retries, token_refreshes = @TokenRefreshes,
            waited = @Waited, listing_id = @ListingId
        where run_id = @RunId and status = 'running'
        """;

    private const string CloseSql =
        """
        update wechat.sync_runs
        set status = @Status, finished_at = now(), error = @Error, wechat_total = @WechatTotal, listed = @Listed, added = @Added, changed = @Changed,
            unchanged = @Unchanged, unsubscribed = @Unsubscribed, rejected = @Rejected, api_calls = @ApiCalls, retries = @Retries,
            token_refreshes = @TokenRefreshes, waited = @Waited, listing_id = @ListingId
        where run_id = @RunId and status = 'running'
        returning finished_at
        """;

    /// <summary>Names the account, closes what a dead process left running there, and opens a new run.</summary>
    public static async Task<SyncRun> StartAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, string name, SyncTrigger trigger, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(NameAccountSql, new { appId, name }, transaction, cancellationToken: cancellationToken));
        await AbandonAsync(connection, transaction, appId, cancellationToken);
        (long runId, DateTime startedAt) = await connection.QuerySingleAsync<(long, DateTime)>(new CommandDefinition(
            StartSql, new { appId, trigger = Text(trigger) }, transaction, cancellationToken: cancellationToken));
        return new SyncRun { RunId = runId, AppId = appId, Trigger = trigger, Status = RunStatus.Running, StartedAt = startedAt };
    }

    /// <summary>Closes what a dead process left running; only the holder of the account's lease may say so.</summary>
    public static Task<int> AbandonAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(AbandonSql, new { appId }, transaction, cancellationToken: cancellationToken));

    /// <summary>Writes the counts of a run that goes on, in the transaction whose rows they count.</summary>
    public static Task SaveProgressAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, SyncRun run, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(ProgressSql, Parameters(run), transaction, cancellationToken: cancellationToken));

    /// <summary>Gives the run its final status and counts; does nothing when it has a final status already.</summary>
    /// <returns>The run as it stands in the table.</returns>
    public async Task<SyncRun> CloseAsync(SyncRun run, CancellationToken cancellationToken)
    {
        DateTime? finishedAt = await database.RunInTransactionAsync(
            (connection, transaction, token) => connection.QuerySingleOrDefaultAsync<DateTime?>(
                new CommandDefinition(CloseSql, Parameters(run), transaction, cancellationToken: token)),
            cancellationToken);
        return finishedAt is { } at ? run with { FinishedAt = at } : await FindAsync(run.RunId, cancellationToken) ?? run;
    }

    public async Task<SyncRun?> FindAsync(long runId, CancellationToken cancellationToken) =>
        (await QueryAsync($"select {Columns} from wechat.sync_runs where run_id = @runId", new { runId }, cancellationToken)).SingleOrDefault();

    /// <summary>The newest run of the account; null when it never had one.</summary>
    public async Task<SyncRun?> LastRunAsync(string appId, CancellationToken cancellationToken) =>
        (await LastRunsAsync(appId, count: 1, cancellationToken)).SingleOrDefault();

    /// <summary>The newest runs of the account, newest first.</summary>
    public Task<IReadOnlyList<SyncRun>> LastRunsAsync(string appId, int count, CancellationToken cancellationToken) => QueryAsync(
        $"select {Columns} from wechat.sync_runs where app_id = @appId order by run_id desc limit @count", new { appId, count }, cancellationToken);

    /// <summary>When the account's newest succeeded run started: everybody's state was asked for after it; null when none has succeeded.</summary>
    public async Task<DateTimeOffset?> LastSuccessAsync(string appId, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DateTime?>(new CommandDefinition(
            "select max(started_at) from wechat.sync_runs where app_id = @appId and status = 'succeeded'", new { appId }, transaction, cancellationToken: cancellationToken));
    }

    private async Task<IReadOnlyList<SyncRun>> QueryAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
        List<SyncRun> runs = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            runs.Add(new SyncRun
            {
                RunId = reader.GetInt64(0),
                AppId = reader.GetString(1),
                Trigger = Enum.Parse<SyncTrigger>(reader.GetString(2), ignoreCase: true),
                Status = Enum.Parse<RunStatus>(reader.GetString(3), ignoreCase: true),
                StartedAt = reader.GetDateTime(4),
                FinishedAt = reader.IsDBNull(5) ? null : reader.GetDateTime(5),
                WechatTotal = reader.IsDBNull(6) ? null : reader.GetInt64(6),
                Listed = reader.GetInt64(7),
                Added = reader.GetInt64(8),
                Changed = reader.GetInt64(9),
                Unchanged = reader.GetInt64(10),
                Unsubscribed = reader.GetInt64(11),
                Rejected = reader.GetInt64(12),
                ApiCalls = reader.GetInt64(13),
                Retries = reader.GetInt64(14),
                TokenRefreshes = reader.GetInt64(15),
                Waited = reader.GetFieldValue<TimeSpan>(16),
                Error = reader.IsDBNull(17) ? null : reader.GetString(17),
                ListingId = reader.IsDBNull(18) ? null : reader.GetInt64(18),
            });
        }

        return runs;
    }

    private static object Parameters(SyncRun run) => new
    {
        run.RunId,
        Status = Text(run.Status),
        run.Error,
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
        run.ListingId,
    };

    private static string Text<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
