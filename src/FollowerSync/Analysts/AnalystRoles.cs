using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Analysts;

/// <summary>Gives people logins that can only read, and takes them away. Repeatable: after an upgrade it gives the rights to what is new.</summary>
/// <remarks>Roles and logins are created by <c>administrator</c> where one is given, else by the worker's own login, which seldom may. What that
/// takes, and nothing of it done, is the answer then.</remarks>
internal sealed class AnalystRoles(FollowerDatabase database, FollowerDatabase? administrator, string timeZone = AnalystRoles.Beijing)
{
    /// <summary>The zone of the schedule, unless the settings have another one.</summary>
    public const string Beijing = "Asia/Shanghai";

    private const string PlaceSql = "select current_user, current_database()";

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
        (GrantOrder order, bool exists) = await database.RunAsync(
            async tx =>
            {
                GrantOrder asked = await OrderAsync(tx, user) with { RenewsPassword = renewsPassword, Verifier = AnalystPassword.VerifierOf(password) };
                (bool isThere, bool hasPii) = await tx.ReadAsync<(bool, bool)>(StandingSql, asked);
                asked = asked with { WantsPii = withPersonalColumns ?? hasPii };
                await LoginRules.RequireHarmlessAsync(tx, asked);
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
        GrantOrder order = await database.RunAsync(
            async tx =>
            {
                GrantOrder asked = await OrderAsync(tx, user);
                return (await AnalystStatements.ForRevocationAsync(tx, asked)).Count > 0
                    ? asked
                    : throw new GrantException($"\"{user}\" has no login in {asked.Analyst} or {asked.AnalystPii}: there is nothing to take away.");
            },
            cancellationToken);

        LoginChange change = await ChangeAsync(
            new LoginChange(order.Role, IsNew: false, Password: null), order, asScript, [(true, AnalystStatements.ForRevocationAsync)], cancellationToken);
        string? left = change.Script is not null ? null : await database.RunAsync(tx => tx.ReadOrDefaultAsync<string>(OtherWaySql, order), cancellationToken);
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
            statements.AddRange(await database.RunAsync(tx => find(tx, order), cancellationToken));
        return $"begin;\n{SearchPath.Pin};\n{string.Join(";\n", statements)};\ncommit;";
    }

    private async Task ExecuteAsync(FollowerDatabase? source, GrantOrder order, Find find, CancellationToken cancellationToken)
    {
        try
        {
            await (source ?? database).RunAsync(tx => ExecuteAsync(tx, order, find), cancellationToken);
        }
        catch (DatabaseUnavailableException exception) when (source is not null && AnswerOf(exception) is not { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            throw new GrantException($"The administrator's login was not let in: {exception.What} Look at --admin-connection, and at PGPASSWORD or ~/.pgpass.", exception);
        }
    }

    private static async Task ExecuteAsync(Transaction tx, GrantOrder order, Find find)
    {
        foreach (string statement in await find(tx, order))
            await tx.ExecuteAsync(statement);
    }

    // By the server's word: a pooler may call the database by another name, and a connection string by none.
    private async Task<GrantOrder> OrderAsync(Transaction tx, string user)
    {
        (string worker, string place) = await tx.ReadAsync<(string, string)>(PlaceSql);
        AnalystRoleNames names = new(place);
        return new GrantOrder(user, worker, names.Analyst, names.AnalystPii, WantsPii: false, Verifier: "", RenewsPassword: false, timeZone);
    }

    /// <summary>What the server said, also where the worker's database has put its own words around it.</summary>
    private static PostgresException? AnswerOf(Exception exception) => exception as PostgresException ?? exception.InnerException as PostgresException;

    private delegate Task<List<string>> Find(Transaction tx, GrantOrder order);
}
