using System.Data.Common;
using Dapper;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database;

/// <summary>An open transaction, and all a statement in it needs. <see cref="FollowerDatabase.RunAsync{T}"/> begins it, commits it and repeats it as a
/// whole; nothing else does.</summary>
/// <remarks>Rows are read by the names of their columns: <c>started_at</c> into <c>StartedAt</c>, text into enums, <c>timestamptz</c> into
/// <see cref="DateTimeOffset"/>. Tuples are read by the order of the columns.</remarks>
internal sealed class Transaction(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
{
    private readonly List<Func<Task>> _lastly = [];

    static Transaction()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper asks a handler only about types that it does not know.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcTimes());
        SqlMapper.AddTypeHandler(new Sentences());
    }

    /// <summary>Ends the attempt; the transaction is then rolled back.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The run that writes; null = none does.</summary>
    public long? RunId { get; set; }

    /// <summary>Whether the big tables are spread by openid, over nodes or partitions (<see cref="TableLayout"/>).</summary>
    public bool IsSpread { get; init; }

    /// <summary>Language of the texts in the analysts' tables.</summary>
    public Language Language { get; init; }

    /// <summary>The statement that was begun last; null before the first.</summary>
    public string? LastStatement { get; private set; }

    /// <summary>Version of the server.</summary>
    public Version ServerVersion => connection.PostgreSqlVersion;

    /// <summary>Encoding of the database, as the server told it at login; null when whoever stands in between did not pass it on.</summary>
    public string? ServerEncoding => connection.PostgresParameters.GetValueOrDefault("server_encoding");

    /// <summary>Puts work off until all else of the transaction is done: what it locks, everybody waits for, and is then held but for a moment.</summary>
    public void Lastly(Func<Task> work) => _lastly.Add(work);

    /// <summary>Does what was put off. Before the fence where there is one, else before the commit.</summary>
    public async Task FinishAsync()
    {
        Func<Task>[] works = [.. _lastly];
        _lastly.Clear();
        foreach (Func<Task> work in works)
            await work();
    }

    /// <summary>Runs a statement, or several.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="longest">How long the server may be silent before the connection counts as broken; null = as long as the connection string says.</param>
    /// <returns>Rows written.</returns>
    public Task<int> ExecuteAsync(string sql, object? parameters = null, TimeSpan? longest = null) => connection.ExecuteAsync(Command(sql, parameters, longest));

    /// <summary>From now on the transaction can write nothing.</summary>
    public Task ForbidWritesAsync() => ExecuteAsync("set transaction read only");

    /// <summary>Reads the one row there is.</summary>
    public Task<T> ReadAsync<T>(string sql, object? parameters = null) => connection.QuerySingleAsync<T>(Command(sql, parameters));

    /// <summary>Reads the one row there may be; the default of <typeparamref name="T"/> when there is none.</summary>
    public Task<T?> ReadOrDefaultAsync<T>(string sql, object? parameters = null) => connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters));

    /// <summary>Reads all rows.</summary>
    public async Task<List<T>> ReadAllAsync<T>(string sql, object? parameters = null) => (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>Reads all rows without an object for each value, which shows at millions of rows.</summary>
    public async Task<List<T>> ReadAllAsync<T>(string sql, object? parameters, Func<DbDataReader, T> read)
    {
        List<T> rows = [];
        await using DbDataReader reader = await connection.ExecuteReaderAsync(Command(sql, parameters));
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Reads rows one by one as they come, and keeps none.</summary>
    public async Task ReadEachAsync(string sql, Func<DbDataReader, Task> read)
    {
        await using DbDataReader reader = await connection.ExecuteReaderAsync(Command(sql, parameters: null));
        while (await reader.ReadAsync(cancellationToken))
            await read(reader);
    }

    /// <summary>Begins a <c>copy … from stdin (format binary)</c>; the transaction is busy until it is disposed of.</summary>
    public Task<NpgsqlRawCopyStream> CopyAsync(string sql) => connection.BeginRawBinaryCopyAsync(Noted(sql), cancellationToken);

    /// <summary>Begins a <c>copy … to stdout</c> of text; the transaction is busy until it is disposed of.</summary>
    public Task<NpgsqlCopyTextReader> ExportAsync(string sql) => connection.BeginTextExportAsync(Noted(sql), cancellationToken);

    /// <summary>Does work that may fail with one error, and takes back what it wrote when it does; the transaction goes on.</summary>
    /// <returns>False when it failed so.</returns>
    public async Task<bool> TryAsync(Func<Task> work, string sqlState)
    {
        const string Before = "before_try";
        await transaction.SaveAsync(Before, cancellationToken);
        try
        {
            await work();
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == sqlState)
        {
            await transaction.RollbackAsync(Before, cancellationToken);
            return false;
        }
    }

    private CommandDefinition Command(string sql, object? parameters, TimeSpan? longest = null) =>
        new(Noted(sql), parameters, transaction, longest is { } timeout ? (int)Math.Ceiling(timeout.TotalSeconds) : null, cancellationToken: cancellationToken);

    private string Noted(string sql) => LastStatement = sql;

    /// <summary>Npgsql gives and takes UTC times as <see cref="DateTime"/>.</summary>
    private sealed class UtcTimes : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => (DateTime)value;

        public override void SetValue(System.Data.IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    /// <summary>A <c>text[]</c>: the English text, the Chinese one.</summary>
    private sealed class Sentences : SqlMapper.TypeHandler<Sentence>
    {
        public override Sentence? Parse(object value) => value is string?[] and [{ } english, { } chinese] ? Sentence.Of(english, chinese) : null;

        // Not asked about a null, which has no type either: a statement that takes one says "::text[]".
        public override void SetValue(System.Data.IDbDataParameter parameter, Sentence? value) => parameter.Value = new[] { value!.In(Language.English), value.In(Language.Chinese) };
    }
}
