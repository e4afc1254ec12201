using Dapper;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Analysts;

/// <summary>Gives people logins that can only read, and takes them away. Repeatable: after an upgrade it gives the rights to what is new.</summary>
/// <remarks>Roles and logins are created by <c>administrator</c> where one is given, else by the worker's own login, which seldom may. What that
/// takes, and nothing of it done, is the answer then.</remarks>
internal sealed class AnalystRoles(FollowerDatabase database, NpgsqlDataSource? administrator)
{
    private const string WorkerSql = "select current_user";

    private const string StandingSql =
        """
        select exists (select from pg_roles where rolname = @User), exists (
            select from pg_auth_members m join pg_roles r on r.oid = m.roleid and r.rolname = @AnalystPii join pg_roles l on l.oid = m.member and l.rolname = @User)
        """;

    private const string OtherWaySql =
        """
        select g.rolname
        from pg_roles l
        join pg_roles g on g.rolname in (@Analyst, @AnalystPii) and pg_has_role(l.oid, g.oid, 'member')
        where l.rolname = @User
        limit 1
        """;

    private readonly AnalystRoleNames _names = new(new NpgsqlConnectionStringBuilder(database.DataSource.ConnectionString).Database!);

    /// <summary>Gives a person a login in one of the roles, and takes it out of the other one.</summary>
    /// <param name="user">Name of the login; created when missing.</param>
    /// <param name="withPersonalColumns">Which role; null = the one it has, else the one without.</param>
    /// <param name="renewsPassword">Whether a login that is there already gets a new password.</param>
    /// <param name="asScript">Whether to change nothing and return the statements.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="GrantException">The login is one that may do more than read, or would.</exception>
    public async Task<LoginChange> GrantAsync(string user, bool? withPersonalColumns, bool renewsPassword, bool asScript, CancellationToken cancellationToken)
    {
        string password = AnalystPassword.Create();
        (GrantOrder order, bool exists) = await ReadAsync(
            async (connection, transaction, token) =>
            {
                GrantOrder asked = await OrderAsync(connection, transaction, user, token) with { RenewsPassword = renewsPassword, Verifier = AnalystPassword.VerifierOf(password) };
                (bool isThere, bool hasPii) = await connection.QuerySingleAsync<(bool, bool)>(new CommandDefinition(StandingSql, asked, transaction, cancellationToken: token));
                asked = asked with { WantsPii = withPersonalColumns ?? hasPii };
                await LoginRules.RequireHarmlessAsync(connection, transaction, asked, token);
                return (asked, isThere);
            },
            cancellationToken);

        LoginChange change = new(order.Role, !exists, !exists || renewsPassword ? password : null);
        return await ChangeAsync(
            change, order, asScript, [(true, AnalystStatements.ForRolesAsync), (false, AnalystStatements.ForRightsAsync), (true, AnalystStatements.ForLoginAsync)], cancellationToken);
    }

    /// <summary>Takes a login out of both roles. The login itself stays, since it may be used elsewhere.</summary>
    /// <param name="user">Name of the login.</param>
    /// <param name="asScript">Whether to change nothing and return the statements.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="GrantException">The login is in neither role, or stays in one by way of a group.</exception>
    public async Task<LoginChange> RevokeAsync(string user, bool asScript, CancellationToken cancellationToken)
    {
        GrantOrder order = await ReadAsync(
            async (connection, transaction, token) =>
            {
                GrantOrder asked = await OrderAsync(connection, transaction, user, token);
                return (await AnalystStatements.ForRevocationAsync(connection, transaction, asked, token)).Count > 0
                    ? asked
                    : throw new GrantException($"\"{user}\" has no login in {asked.Analyst} or {asked.AnalystPii}: there is nothing to take away.");
            },
            cancellationToken);

        LoginChange change = await ChangeAsync(
            new LoginChange(order.Role, IsNew: false, Password: null), order, asScript, [(true, AnalystStatements.ForRevocationAsync)], cancellationToken);
        string? left = change.Script is not null ? null : await ReadAsync(
            (connection, transaction, token) => connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(OtherWaySql, order, transaction, cancellationToken: token)), cancellationToken);
        return left is null ? change : throw new GrantException($"\"{user}\" was taken out, but still is in {left} by way of a group: take it out of that group as well.");
    }

    private async Task<LoginChange> ChangeAsync(
        LoginChange change, GrantOrder order, bool asScript, IReadOnlyList<(bool ByAdministrator, Find Find)> parts, CancellationToken cancellationToken)
    {
        if (asScript)
            return change with { Script = await ScriptAsync(order, parts, cancellationToken) };

        try
        {
            foreach ((bool byAdministrator, Find find) in parts)
                await ExecuteAsync(byAdministrator ? administrator : null, order, find, cancellationToken);
            return change;
        }
        catch (Exception exception) when (AnswerOf(exception) is { SqlState: PostgresErrorCodes.InsufficientPrivilege } refusal)
        {
            return change with { Script = await ScriptAsync(order, parts, cancellationToken), Refusal = refusal.MessageText };
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.RaiseException)
        {
            throw new GrantException($"{exception.MessageText}.", exception);
        }
    }

    private async Task<string> ScriptAsync(GrantOrder order, IReadOnlyList<(bool ByAdministrator, Find Find)> parts, CancellationToken cancellationToken)
    {
        List<string> statements = [];
        foreach ((_, Find find) in parts)
            statements.AddRange(await ReadAsync((connection, transaction, token) => find(connection, transaction, order, token), cancellationToken));
        return $"begin;\n{SearchPath.Pin};\n{string.Join(";\n", statements)};\ncommit;";
    }

    private async Task ExecuteAsync(NpgsqlDataSource? source, GrantOrder order, Find find, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            await database.RunInTransactionAsync((connection, transaction, token) => ExecuteAsync(connection, transaction, order, find, token), cancellationToken);
            return;
        }

        await using NpgsqlConnection connection = await OpenAsync(source, cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        await ExecuteAsync(connection, transaction, order, find, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw new GrantException($"The administrator's login was not let in: {exception.Message}. Look at --admin-connection, and at PGPASSWORD or ~/.pgpass.", exception);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, GrantOrder order, Find find, CancellationToken cancellationToken)
    {
        foreach (string statement in await find(connection, transaction, order, cancellationToken))
            await connection.ExecuteAsync(new CommandDefinition(statement, transaction: transaction, cancellationToken: cancellationToken));
    }

    private async Task<GrantOrder> OrderAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string user, CancellationToken cancellationToken)
    {
        string worker = (await connection.ExecuteScalarAsync<string>(new CommandDefinition(WorkerSql, transaction: transaction, cancellationToken: cancellationToken)))!;
        return new GrantOrder(user, worker, _names.Analyst, _names.AnalystPii, WantsPii: false, Verifier: "", RenewsPassword: false);
    }

    private Task<T> ReadAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        database.RunInTransactionAsync(read, cancellationToken);

    /// <summary>What the server said, also where the worker's database has put its own words around it.</summary>
    private static PostgresException? AnswerOf(Exception exception) => exception as PostgresException ?? exception.InnerException as PostgresException;

    private delegate Task<IReadOnlyList<string>> Find(NpgsqlConnection connection, NpgsqlTransaction transaction, GrantOrder order, CancellationToken cancellationToken);
}
