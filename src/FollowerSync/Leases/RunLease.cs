using Dapper;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Leases;

/// <summary>The right to write one account's followers. One run holds it; it is renewed while the process lives, and every writing transaction
/// proves it last, so that a run that lost it (paused, cut off) can write nothing more.</summary>
internal sealed partial class RunLease : IAsyncDisposable
{
    /// <summary>How long a holder that shows no sign of life keeps the lease.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private const string ProveSql = "select 1 from followersync.leases where app_id = @appId and fence = @fence for share";

    private const string RenewSql =
        "update followersync.leases set expires_at = now() + @duration where app_id = @appId and fence = @fence";

    private const string ReleaseSql =
        "update followersync.leases set expires_at = now(), run_id = null, process = '' where app_id = @appId and fence = @fence";

    private readonly FollowerDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewal;

    public RunLease(FollowerDatabase database, string appId, long fence, TimeProvider time, ILogger logger)
    {
        _database = database;
        _time = time;
        _logger = logger;
        AppId = appId;
        Fence = fence;
        _renewal = RenewAsync();
    }

    public string AppId { get; }

    public long Fence { get; }

    /// <summary>Cancelled when another run has taken the lease.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>The last statement of every transaction that writes the account's followers: fails unless the lease is still ours, and
    /// keeps it ours until the transaction ends.</summary>
    /// <exception cref="LeaseLostException">Another run has taken the lease; the transaction must not be committed.</exception>
    public async Task ProveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(ProveSql, new { appId = AppId, fence = Fence }, transaction, cancellationToken: cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<int?>(command) is null)
            throw new LeaseLostException(AppId);
    }

    /// <summary>Runs one statement in a transaction of its own, proven last.</summary>
    /// <exception cref="LeaseLostException">Another run has taken the lease; nothing was written.</exception>
    public Task WriteAsync(string sql, object parameters, CancellationToken cancellationToken) => _database.RunInTransactionAsync(
        async (connection, transaction, token) =>
        {
            await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: token));
            await ProveAsync(connection, transaction, token);
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewal;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3), _time);
        try
        {
            await ExecuteAsync(ReleaseSql, new { appId = AppId, fence = Fence }, deadline.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            LogNotReleased(exception, AppId, Duration);
        }

        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Duration / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await RenewOnceAsync();
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task RenewOnceAsync()
    {
        try
        {
            if (await ExecuteAsync(RenewSql, new { appId = AppId, fence = Fence, duration = Duration }, _stop.Token) == 0)
                await _lost.CancelAsync();
        }
        catch (NpgsqlException exception)
        {
            // The next tick tries again. Should another run take the lease meanwhile, the fence keeps us from writing.
            LogNotRenewed(exception, AppId);
        }
    }

    private async Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await _database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        int rows = await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, commandTimeout: 10, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    [LoggerMessage(LogLevel.Warning, "The lease of account {AppId} could not be renewed; the next attempt follows in seconds")]
    private partial void LogNotRenewed(Exception exception, string appId);

    [LoggerMessage(LogLevel.Warning, "The lease of account {AppId} could not be given back; it ends by itself within {Duration}")]
    private partial void LogNotReleased(Exception exception, string appId, TimeSpan duration);
}
