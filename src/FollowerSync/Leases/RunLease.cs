using FollowerSync.Database;
using FollowerSync.Nodes;
using Npgsql;

namespace FollowerSync.Leases;

/// <summary>The right to write one account's followers. One run holds it; it is renewed while the process lives, and every writing transaction
/// proves it last, so that a run that lost it (paused, cut off) can write nothing more.</summary>
internal sealed partial class RunLease : IAsyncDisposable
{
    /// <summary>SQL: somebody waits for the lease <c>l</c> now, and looks for it several times a second.</summary>
    public const string IsWanted = $"coalesce(l.wanted_at > now() - interval '2 seconds' and l.wanted_at <= {DatabaseClock.Latest}, false)";

    private const string IsWantedSql = $"select {IsWanted} from followersync.leases l where l.app_id = @appId";

    private const string RenewSql =
        "update followersync.leases set expires_at = now() + @duration where app_id = @appId and fence = @fence";

    private const string ReleaseSql =
        "update followersync.leases set expires_at = now(), process = '' where app_id = @appId and fence = @fence";

    private readonly LeaseFence _fence;
    private readonly OwnNode _own;
    private readonly FollowerDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewal;
    private Moment _shown;

    /// <param name="database">Where it is kept.</param>
    /// <param name="fence">Its account and number.</param>
    /// <param name="own">Who holds it.</param>
    /// <param name="start">A moment before it was taken.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of what went wrong.</param>
    public RunLease(FollowerDatabase database, LeaseFence fence, OwnNode own, Moment start, TimeProvider time, ILogger logger)
    {
        _database = database;
        _time = time;
        _logger = logger;
        _fence = fence;
        _own = own;
        _shown = start;
        _renewal = RenewAsync();
    }

    public string AppId => _fence.AppId;

    public long Fence => _fence.Number;

    /// <summary>Name of the node that holds it.</summary>
    public string Node => _own.Name;

    /// <summary>How long a holder that shows no sign of life keeps the lease.</summary>
    public TimeSpan Duration => _own.Lease;

    /// <summary>The run for which the holder writes; null = for none.</summary>
    public long? RunId { get; set; }

    /// <summary>Called when the holder needs it no more.</summary>
    public Action? Ended { private get; init; }

    /// <summary>Cancelled when another run has taken the lease.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>To be asked before work outside of the database: a process that stood still for longer than the lease lasts does not know yet whether it was taken,
    /// and finds out first.</summary>
    /// <exception cref="LeaseLostException">Another run has taken the lease.</exception>
    public async ValueTask RequireHeldAsync(CancellationToken cancellationToken)
    {
        if (!_lost.IsCancellationRequested && Volatile.Read(ref _shown).Ago(_time) >= Duration)
            await RenewOnceAsync(_database.RunAsync, cancellationToken);
        if (_lost.IsCancellationRequested)
            throw LeaseLostException.TakenOver(AppId, Duration);
    }

    /// <summary>Runs <paramref name="work"/> in a transaction, whose last statement proves that the lease is still ours and keeps it so until the
    /// commit. Repeated as <see cref="FollowerDatabase.RunAsync{T}"/> does.</summary>
    /// <exception cref="LeaseLostException">Another run has taken the lease; nothing was written.</exception>
    public Task RunAsync(Func<Transaction, Task> work, CancellationToken cancellationToken) => _database.RunAsync(
        async tx =>
        {
            tx.RunId = RunId;
            await _fence.MarkAsync(tx);
            await work(tx);
            await tx.FinishAsync();
            if (!await _fence.ProveAsync(tx))
                throw await _fence.IsOvertakenAsync(tx) ? LeaseLostException.TakenOver(AppId, Duration) : LeaseLostException.Forgotten(AppId);
        },
        cancellationToken);

    /// <inheritdoc cref="RunAsync(Func{Transaction, Task}, CancellationToken)"/>
    public async Task<T> RunAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken)
    {
        T result = default!;
        await RunAsync(async tx => { result = await work(tx); }, cancellationToken);
        return result;
    }

    /// <summary>Whether another run waits for the lease.</summary>
    public Task<bool> IsWantedAsync(CancellationToken cancellationToken) =>
        _database.RunAsync(tx => tx.ReadOrDefaultAsync<bool>(IsWantedSql, new { appId = AppId }), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewal;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3), _time);
        try
        {
            await ExecuteAsync(ReleaseSql, new { appId = AppId, fence = Fence }, deadline.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException or OperationCanceledException)
        {
            LogNotReleased(exception, AppId, Duration);
        }

        Ended?.Invoke();
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Duration / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await TryRenewAsync();
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            await RenewOnceAsync(_database.RunShortlyAsync, _stop.Token);
        }
#pragma warning disable CA1031 // Whatever it was, a lease that is renewed no more would end a run that goes well.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            // The next tick tries again, and the database has said that it is away. Should another run take the lease meanwhile, the fence keeps us from writing.
            LogNotRenewed(exception, AppId);
        }
    }

    private async Task RenewOnceAsync(Func<Func<Transaction, Task<int>>, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        Moment start = Moment.Now(_time);
        if (await run(tx => tx.ExecuteAsync(RenewSql, new { appId = AppId, fence = Fence, duration = Duration }), cancellationToken) == 0)
            await _lost.CancelAsync();
        else
            Volatile.Write(ref _shown, start);
    }

    /// <summary>Once: the next tick repeats a renewal, and a lease that is not given back ends by itself.</summary>
    private Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        _database.RunOnceAsync(tx => tx.ExecuteAsync(sql, parameters), cancellationToken);

    [LoggerMessage(2201, LogLevel.Debug, "The lease of account {AppId} could not be renewed; the next attempt follows in seconds")]
    private partial void LogNotRenewed(Exception exception, string appId);

    [LoggerMessage(2202, LogLevel.Debug, "The lease of account {AppId} could not be given back; it ends by itself within {Duration}")]
    private partial void LogNotReleased(Exception exception, string appId, TimeSpan duration);
}
