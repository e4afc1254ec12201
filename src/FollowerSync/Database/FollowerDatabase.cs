using System.Collections.Concurrent;
using System.Data;
using FollowerSync.Languages;
using FollowerSync.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FollowerSync.Database;

/// <summary>The opened database: connections for reading, and transactions that are repeated as a whole when the failure is a passing one.</summary>
internal sealed partial class FollowerDatabase
{
    /// <summary>What shows that somebody lives is worth nothing when it comes later.</summary>
    private static readonly TimeSpan LongestSign = TimeSpan.FromSeconds(15);

    private readonly NpgsqlConnectionStringBuilder _target;
    private readonly ResiliencePipeline _retry;
    private readonly string _limits;
    private readonly TableLayout _layout = new();
    private readonly Outage _outage;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentBag<NpgsqlDataSource> _others = [];

    public FollowerDatabase(NpgsqlDataSource dataSource, DatabaseOptions options, TimeProvider time, ILogger<FollowerDatabase> logger)
    {
        DataSource = dataSource;
        _logger = logger;
        _time = time;
        _outage = new Outage(time);
        LongestPause = options.LockTimeout;
        _target = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        _retry = BuildRetry(options.Retries, time);
        // Per transaction, since startup options are refused by PgBouncer and a plain SET does not outlive the pool's DISCARD ALL.
        // A process that stands still in the middle of a transaction keeps its locks no longer than others wait for one.
        // Without jit, whatever the database says: it compiles what is reckoned dear, and a statement that keeps one nested loop where they are forbidden is
        // reckoned at 10 billion, though it be for a single person.
        _limits = FormattableString.Invariant(
            $"""
            set local statement_timeout = {options.StatementTimeout.TotalMilliseconds:0};
            set local lock_timeout = {options.LockTimeout.TotalMilliseconds:0};
            set local idle_in_transaction_session_timeout = {LongestPause.TotalMilliseconds:0};
            set local jit = off;
            {SearchPath.Pin}
            """);
    }

    /// <summary>For what needs a session of its own: the migrator, an export, tests.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>How long a transaction may stand still before the server ends it.</summary>
    public TimeSpan LongestPause { get; }

    /// <summary>The log of the private PostgreSQL, for the text of what goes wrong with it; null when the settings name a server.</summary>
    public string? PrivateLog { get; init; }

    /// <summary>Language of the texts in the analysts' tables.</summary>
    public Language Language { get; init; }

    /// <summary>Gives the password of new connections; null = it is part of the data source.</summary>
    public DatabasePassword? Password { get; init; }

    /// <summary>Has <see cref="Clear"/> empty another pool as well, which leads to the same server.</summary>
    public void Accompany(NpgsqlDataSource other) => _others.Add(other);

    /// <summary>Has every next connection be a new one: those in the pools lead to where no work can be done any more.</summary>
    public void Clear()
    {
        DataSource.Clear();
        foreach (NpgsqlDataSource other in _others)
            other.Clear();
    }

    /// <summary>A connection of the pool or a new one. When the password is refused, as it was changed, the settings are asked for a newer one.</summary>
    public async Task<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken)
    {
        string? tried = Password?.Current;
        try
        {
            return await DataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (DatabaseFailure.IsLoginRefused(exception) && Password?.HasAnother(tried) == true)
        {
            LogAnotherPassword();
            return await DataSource.OpenConnectionAsync(cancellationToken);
        }
    }

    /// <summary>Runs <paramref name="work"/> in a transaction and commits it.</summary>
    /// <param name="work">Is run again from its beginning after a passing failure, also when the connection broke during commit and the
    /// outcome is unknown: its SQL must come to the same when repeated, and it must not touch anything but the transaction.</param>
    /// <param name="cancellationToken">Ends the attempt and the retries; the transaction is rolled back.</param>
    /// <exception cref="DatabaseUnavailableException">The failure outlasted <see cref="DatabaseOptions.Retries"/>, or the server does not let us in.</exception>
    /// <exception cref="PostgresException">The SQL itself is at fault.</exception>
    public Task RunAsync(Func<Transaction, Task> work, CancellationToken cancellationToken) =>
        ExplainAsync(() => _retry.ExecuteAsync(async token => await AttemptAsync(work, token), cancellationToken).AsTask());

    /// <inheritdoc cref="RunAsync(Func{Transaction, Task}, CancellationToken)"/>
    // What lies below knows nothing of T: for each T that is a value, the runtime would compile all of it, and of the retries, anew.
    public async Task<T> RunAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken)
    {
        T result = default!;
        await RunAsync(async tx => { result = await work(tx); }, cancellationToken);
        return result;
    }

    /// <summary>As <see cref="RunAsync{T}"/>, once: for work that calls somebody else meanwhile, or that its caller repeats anyway.</summary>
    /// <exception cref="DatabaseUnavailableException">The attempt failed for a passing reason, or the server does not let us in.</exception>
    /// <exception cref="PostgresException">The SQL itself is at fault.</exception>
    public async Task<T> RunOnceAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken)
    {
        T result = default!;
        await ExplainAsync(() => AttemptAsync(async tx => { result = await work(tx); }, cancellationToken));
        return result;
    }

    /// <summary>As <see cref="RunOnceAsync{T}"/>, for a sign of life: given up after 15 s, however long other statements may take. A server that vanished without a word does not
    /// even refuse.</summary>
    public async Task<T> RunShortlyAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(LongestSign, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await RunOnceAsync(work, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw DatabaseUnavailableException.From(new NpgsqlException("A sign of life was given up", new TimeoutException("no answer within 15 s")), _target, PrivateLog);
        }
    }

    /// <summary>As <see cref="RunOnceAsync{T}"/>, in a transaction that can write nothing: for who only shows, so that no fault of theirs does harm.</summary>
    public Task<T> LookAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancellationToken) => RunOnceAsync(
        async tx =>
        {
            await tx.ForbidWritesAsync();
            return await work(tx);
        },
        cancellationToken);

    private async Task ExplainAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception exception) when (DatabaseUnavailableException.Explains(exception))
        {
            throw DatabaseUnavailableException.From(exception, _target, PrivateLog);
        }
    }

    private async Task AttemptAsync(Func<Transaction, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await TransactAsync(work, cancellationToken);
            if (_outage.End() is { } lasted)
                LogBack(lasted);
        }
        catch (Exception exception) when (DatabaseFailure.IsTransient(exception) && !DatabaseFailure.IsConflict(exception) && !DatabaseFailure.IsPoolExhausted(exception))
        {
            // The connections lead to a primary that has become a standby; new ones find the new primary.
            if (DatabaseFailure.Cause(exception)?.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
                Clear();
            if (_outage.Begin())
                LogAway(DatabaseUnavailableException.From(exception, _target, PrivateLog).What);
            throw;
        }
    }

    private async Task TransactAsync(Func<Transaction, Task> work, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await OpenConnectionAsync(cancellationToken);
        bool isSpread = await _layout.IsSpreadAsync(connection, cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using NpgsqlCommand limits = new(_limits, connection, transaction);
        await limits.ExecuteNonQueryAsync(cancellationToken);
        Transaction tx = new(connection, transaction, cancellationToken) { IsSpread = isSpread, Language = Language };
        try
        {
            await work(tx);
            await tx.FinishAsync();
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException exception) when (ServerRefusal.Note(exception, tx.LastStatement))
        {
            throw;
        }
        // What is used after the connection broke is called disposed; that word must not stand in the place of what happened.
        catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException && !connection.FullState.HasFlag(ConnectionState.Open))
        {
            throw new NpgsqlException("The connection broke in the middle of a transaction", new IOException(exception.Message, exception));
        }
    }

    private ResiliencePipeline BuildRetry(int retries, TimeProvider time) => retries == 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { Name = "database", TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = retries,
                ShouldHandle = args => ValueTask.FromResult(DatabaseFailure.IsTransient(args.Outcome.Exception)),
                // Five tries then span half a minute, about what a failover takes; a deadlock is over at once.
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(30),
                UseJitter = true,
                DelayGenerator = args => ValueTask.FromResult(
                    DatabaseFailure.IsConflict(args.Outcome.Exception) ? (TimeSpan?)ConflictDelay(args.AttemptNumber) : null),
                OnRetry = args =>
                {
                    LogRetry(DatabaseFailure.Cause(args.Outcome.Exception)?.SqlState ?? "connection", args.AttemptNumber + 1, retries);
                    return ValueTask.CompletedTask;
                },
            })
            .ConfigureTelemetry(NullLoggerFactory.Instance)
            .Build();

    // Two transactions that collided must not wait equally long, or they collide again.
    private static TimeSpan ConflictDelay(int attempt) => TimeSpan.FromMilliseconds(Random.Shared.Next(20, 100) << Math.Min(attempt, 6));

    [LoggerMessage(EventId = 1701, Level = LogLevel.Information, Message = "The database refused the password, and there is a newer one: it is used from now on")]
    private partial void LogAnotherPassword();

    [LoggerMessage(EventId = 1702, Level = LogLevel.Warning, Message = "{What} What is under way is tried again")]
    private partial void LogAway(Sentence what);

    [LoggerMessage(EventId = 1703, Level = LogLevel.Information, Message = "The database answers again, after {Lasted}")]
    private partial void LogBack(TimeSpan lasted);

    [LoggerMessage(EventId = 1704, Level = LogLevel.Debug, Message = "A transaction failed for a passing reason ({SqlState}) and is tried again as a whole: retry {Retry} of {Retries}")]
    private partial void LogRetry(string sqlState, int retry, int retries);
}
