namespace FollowerSync.Database;

/// <summary>What the server ends by itself for the worker's login, outside of what the worker's transactions set; zero = nothing, or as the system has it.</summary>
internal sealed record LoginTimeouts
{
    // Inside a transaction of the worker "show" tells what that transaction has set.
    private const string Sql =
        """
        select format('%I', current_user) as login, inet_client_addr() is not null as by_tcp,
               max(reset_val::bigint) filter (where name = 'idle_in_transaction_session_timeout') * interval '1 millisecond' as idle_in_transaction,
               max(reset_val::bigint) filter (where name = 'idle_session_timeout') * interval '1 millisecond' as idle_session,
               coalesce(max(reset_val::bigint) filter (where name = 'transaction_timeout'), 0) * interval '1 millisecond' as whole_transaction,
               max(reset_val::bigint) filter (where name = 'tcp_keepalives_idle') * interval '1 second' as keepalive,
               max(reset_val::bigint) filter (where name = 'tcp_user_timeout') * interval '1 millisecond' as user_timeout
        from pg_settings
        where name in ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout', 'tcp_keepalives_idle', 'tcp_user_timeout')
        """;

    /// <summary>Name of the login as an identifier.</summary>
    public string Login { get; init; } = "";

    /// <summary>Whether the machine at the other end may vanish while the server stays.</summary>
    public bool ByTcp { get; init; }

    public TimeSpan IdleInTransaction { get; init; }

    public TimeSpan IdleSession { get; init; }

    /// <summary>Of a transaction as a whole, from PostgreSQL 17 on.</summary>
    public TimeSpan WholeTransaction { get; init; }

    public TimeSpan Keepalive { get; init; }

    public TimeSpan UserTimeout { get; init; }

    public static Task<LoginTimeouts> ReadAsync(FollowerDatabase database, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAsync<LoginTimeouts>(Sql), cancellationToken);
}
