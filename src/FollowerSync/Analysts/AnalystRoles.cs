using System.Security.Cryptography;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Analysts;

/// <summary>Creates the read-only roles of analysts and gives people logins in them. Repeatable: after an upgrade it gives the rights to what is new.</summary>
internal sealed class AnalystRoles(FollowerDatabase database)
{
    /// <summary>May read everything of <c>wechat</c> but the personal columns.</summary>
    public const string Analyst = "followersync_analyst";

    /// <summary>May read all of <c>wechat</c>.</summary>
    public const string AnalystPii = "followersync_analyst_pii";

    private const int ConnectionLimit = 5;
    private const string PasswordLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>What tells who a person is. openid and unionid are pseudonyms and needed to join; the hash would let somebody test guesses.</summary>
    private static readonly string[] PersonalColumns = ["nickname", "headimgurl", "remark", "sex", "language", "city", "province", "country", "profile_hash"];

    private const string RolesSql =
        $"""
        do $do$
        begin
            if not exists (select from pg_roles where rolname = '{Analyst}') then create role {Analyst} nologin; end if;
            if not exists (select from pg_roles where rolname = '{AnalystPii}') then create role {AnalystPii} nologin; end if;
        exception when duplicate_object then null;
        end $do$;
        """;

    private const string RightsSql =
        $"""
        select 'grant usage on schema wechat to {Analyst}, {AnalystPii}'
        union all
        select format('grant select on wechat.%I to {AnalystPii}', c.relname)
        from pg_class c
        where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        union all
        select format('revoke all on wechat.%I from {Analyst}', c.relname)
        from pg_class c
        where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        union all
        select format('grant select (%s) on wechat.%I to {Analyst}', string_agg(quote_ident(a.attname), ', ' order by a.attnum), c.relname)
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname <> all(@personal)
        where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        group by c.relname
        """;

    // A login must not stop the sync: it reads only, a minute at the longest, over few connections.
    private const string LoginSql =
        """
        select unnest(array[
            case when exists (select from pg_roles where rolname = @user) then format('alter role %I login', @user)
                 else format('create role %I login password %L', @user, @password) end,
            format('grant %I to %I', @role, @user),
            format('grant connect on database %I to %I', current_database(), @user),
            format('alter role %I connection limit %s', @user, @connectionLimit),
            format('alter role %I set statement_timeout = ''60s''', @user),
            format('alter role %I set idle_in_transaction_session_timeout = ''60s''', @user),
            format('alter role %I set jit = off', @user),
            format('alter role %I set default_transaction_read_only = on', @user)])
        """;

    private const string ExistsSql = "select exists (select from pg_roles where rolname = @user), exists (select from pg_roles where rolname = @user and (rolsuper or rolcreaterole or rolcreatedb or rolname = current_user))";

    /// <summary>Gives a person a login in a role.</summary>
    /// <param name="user">Name of the login; created when missing.</param>
    /// <param name="role"><see cref="Analyst"/> or <see cref="AnalystPii"/>.</param>
    /// <param name="cancellationToken">Ends the work; nothing is changed then.</param>
    /// <returns>The password of a login that was created; null when it was there before.</returns>
    /// <exception cref="GrantException">The database does not let us, or the login is one that may more than read.</exception>
    public async Task<string?> GrantAsync(string user, string role, CancellationToken cancellationToken)
    {
        string password = RandomNumberGenerator.GetString(PasswordLetters, length: 24);
        try
        {
            bool created = await database.RunAsync(
                async tx =>
                {
                    (bool exists, bool isPowerful) = await tx.ReadAsync<(bool, bool)>(ExistsSql, new { user });
                    if (isPowerful)
                        throw new GrantException($"{user} may administer the server; an analyst's login must only read. Name another one.");

                    await tx.ExecuteAsync(RolesSql);
                    await ExecuteEachAsync(tx, RightsSql, new { personal = PersonalColumns });
                    await ExecuteEachAsync(tx, LoginSql, new { user, password, role, connectionLimit = ConnectionLimit });
                    return !exists;
                },
                cancellationToken);
            return created ? password : null;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new GrantException(
                $"The database does not let FollowerSync create roles ({exception.MessageText}). As its administrator: alter role {new NpgsqlConnectionStringBuilder(database.DataSource.ConnectionString).Username} createrole;", exception);
        }
    }

    private static async Task ExecuteEachAsync(Transaction tx, string sql, object parameters)
    {
        foreach (string statement in await tx.ReadAllAsync<string>(sql, parameters))
            await tx.ExecuteAsync(statement);
    }
}

/// <summary>A login could not be given; the message says why and what to do.</summary>
internal sealed class GrantException(string message, Exception? cause = null) : Exception(message, cause);
