using System.Text;
using FollowerSync.Analysts;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>docs/rights.md: what logins of both roles tried, and what PostgreSQL answered.</summary>
internal static class RightsPage
{
    public const string Path = "docs/rights.md";

    private const string Head =
        """
        # What an analyst can do

        Each line was tried by a login of `followersync grant`, in a transaction that it made writable first (`start transaction read write`), on a
        database that belongs to the worker's login as [db/README.md](../db/README.md) has it: on PostgreSQL 15 and on 18, and once more with a schema
        `public` that everybody may write to, as on servers upgraded from PostgreSQL 14. Where the two differ, both answers are given: new server / upgraded one.

        | tried | analyst | analyst_pii |
        |---|---|---|

        """;

    private const string Tail =
        """

        What follows from it:

        - **Session settings are a courtesy.** `statement_timeout`, `default_transaction_read_only` and the others hold for everybody who means well; a
          session may change them. They protect the worker from a forgotten query, not from somebody who wants to be in its way.
        - **What really bounds an analyst:** the rights above, which no session can change; the connection limit of the login (5, unless the login was there
          before; `alter role … connection limit`); and a read-only replica with logins of its own, where a long query or an idle transaction holds up nobody
          (with `hot_standby_feedback = off`). On the worker's own server a transaction left open keeps dead rows from being cleaned up for as long:
          `select pid, usename, xact_start, query from pg_stat_activity where backend_xmin is not null order by age(backend_xmin) desc` shows it, and an administrator ends
          it by `pg_terminate_backend(pid)`.
        - **Large objects** are open to everybody who can connect, in any PostgreSQL database, and fill its disk. Only a superuser can close them, in this database:
          `revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea), lowrite(integer, bytea) from public;`
        - **A writable `public`** lets an analyst put tables, functions and operators there, which others may fall for. The worker looks for none of its
          operators and functions there, and `followersync check` warns: `revoke create on schema public from public;`
        - **Other databases of the server** let in everybody unless told otherwise: `revoke connect on database … from public;`

        """;

    private static readonly (string What, string Sql)[] Attempts =
    [
        ("read `openid`, `unionid`, tags of `wechat.followers`", "select count(openid), count(unionid), count(tagid_list) from wechat.followers"),
        ("read all of `wechat.audience`", "select count(*) from (select * from wechat.audience) a"),
        ("read nickname, remark, city of `wechat.followers`", "select nickname, remark, city from wechat.followers"),
        ("read all of `wechat.followers_plain` and `wechat.history_plain`", "select count(*) from (select openid from (select * from wechat.followers_plain) f union all select openid from (select * from wechat.history_plain) h) p"),
        ("read a whole row of `wechat.followers`", "select f from wechat.followers f"),
        ("read nickname of `wechat.follower_history`", "select nickname from wechat.follower_history"),
        ("read nickname of `wechat.visitors`", "select nickname from wechat.visitors"),
        ("read all else of `wechat.visitors`", "select count(openid), count(unionid), max(last_seen_at), sum(visits) from wechat.visitors"),
        ("read all but the fingerprint of `wechat.scans`", "select count(openid), max(scanned_at), max(qr_scene), max(qr_scene_str) from wechat.scans"),
        ("read the fingerprint of `wechat.scans`", "select fingerprint from wechat.scans"),
        ("read all of `wechat.openid_changes`", "select count(*) from (select * from wechat.openid_changes) c"),
        ("read the inbox (`followersync.arrivals`)", "select openid from followersync.arrivals"),
        ("guess a nickname (`where nickname = …`)", "select openid from wechat.followers where nickname = 'x'"),
        ("`copy wechat.followers to stdout`", "copy wechat.followers to stdout"),
        ("see nicknames in the planner's statistics", "select 1 / count(*) from pg_stats where schemaname = 'wechat' and attname = 'nickname'"),
        ("read `error` of `wechat.sync_runs`", "select error from wechat.sync_runs"),
        ("read a token (`followersync.access_tokens`)", "select access_token from followersync.access_tokens"),
        ("read a list (`followersync.listing_openids`)", "select count(*) from followersync.listing_openids"),
        ("change or delete a follower", "delete from wechat.followers"),
        ("lock `wechat.followers` against the worker", "lock table wechat.followers in share mode"),
        ("lock a follower's row (`for share`)", "select openid from wechat.followers for share"),
        ("create a table in `wechat`", "create table wechat.mine (a int)"),
        ("create a schema", "create schema mine"),
        ("create a table in `public`", "create table public.mine (a int)"),
        ("create a function in `public`", "create function public.mine() returns int language sql as 'select 1'"),
        ("create an operator in `public`", "create function public.mine(int[], int[]) returns boolean language sql as 'select true'; create operator public.= (leftarg = int[], rightarg = int[], function = public.mine)"),
        ("create a temporary table", "create temporary table mine (a int)"),
        ("create a large object", "select lo_create(0)"),
        ("take the worker's role (`set role`)", "set role {worker}"),
        ("take the role of the personal columns", "set role {pii}"),
        ("give itself the role of the personal columns", "grant {pii} to {login}"),
        ("create a login", "create role mine login"),
        ("raise its own connection limit", "alter role {login} connection limit 100"),
        ("lift its own `statement_timeout`", "set statement_timeout = 0"),
        ("end the worker's sessions", "select 1 / count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where usename = '{worker}') s"),
        ("read the worker's running statements", "select 1 / count(*) from pg_stat_activity where usename = '{worker}' and query not like '<insufficient privilege>'"),
        ("read password hashes", "select rolpassword from pg_authid"),
        ("see the names of all logins", "select rolname from pg_roles"),
        ("run a program on the server", "copy (select 1) to program 'true'"),
        ("read a file of the server", "select pg_read_file('postgresql.conf')"),
        ("write a file on the server", "copy (select 1) to '/tmp/mine'"),
        ("import a file as a large object", "select lo_import('/etc/hostname')"),
        ("reach another server (a foreign data wrapper)", "create foreign data wrapper mine"),
        ("keep its statements out of the server's log", "set log_statement = 'none'"),
        ("hold an advisory lock", "select pg_advisory_xact_lock(1)"),
        ("notify others", "listen mine; notify mine"),
        ("keep a transaction open", "select pg_current_snapshot()"),
        (InAnotherDatabase, "select 1"),
    ];

    private const string InAnotherDatabase = "connect to the server's database `postgres`";

    /// <summary>Tries everything as both roles, on a new server's <c>public</c> and on an upgraded one's.</summary>
    public static async Task<string> WriteAsync(OwnedDatabase fresh, OwnedDatabase upgraded)
    {
        IReadOnlyList<string>[] answers =
        [
            await TryAsync(fresh, withPersonalColumns: false), await TryAsync(upgraded, withPersonalColumns: false),
            await TryAsync(fresh, withPersonalColumns: true), await TryAsync(upgraded, withPersonalColumns: true),
        ];
        StringBuilder page = new(Head);
        for (int line = 0; line < Attempts.Length; line++)
            page.Append("| ").Append(Attempts[line].What).Append(" | ").Append(Both(answers[0][line], answers[1][line])).Append(" | ").Append(Both(answers[2][line], answers[3][line])).Append(" |\n");
        return page.Append(Tail).ToString();
    }

    private static string Both(string fresh, string upgraded) => fresh == upgraded ? fresh : $"{fresh} / {upgraded}";

    private static async Task<IReadOnlyList<string>> TryAsync(OwnedDatabase owned, bool withPersonalColumns)
    {
        (string login, string password) = await owned.GrantAsync(withPersonalColumns);
        // Somebody of the worker's login to look at and to end.
        await using NpgsqlConnection worker = await owned.DataSource.OpenConnectionAsync();
        List<string> answers = [];
        foreach ((string what, string sql) in Attempts)
        {
            await using NpgsqlDataSource analyst = owned.ConnectAs(login, password, what == InAnotherDatabase ? "postgres" : null);
            answers.Add(await AnswerAsync(analyst, Fill(sql, owned, login)));
        }

        return answers;
    }

    private static string Fill(string sql, OwnedDatabase owned, string login)
    {
        AnalystRoleNames names = owned.Roles;
        return sql.Replace("{worker}", owned.Worker, StringComparison.Ordinal).Replace("{pii}", names.AnalystPii, StringComparison.Ordinal).Replace("{login}", login, StringComparison.Ordinal);
    }

    private static async Task<string> AnswerAsync(NpgsqlDataSource analyst, string sql)
    {
        await using NpgsqlConnection connection = await analyst.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand writable = new("set transaction read write", connection, transaction);
        await writable.ExecuteNonQueryAsync();
        await using NpgsqlCommand command = new(sql, connection, transaction);
        try
        {
            if (sql.StartsWith("copy wechat", StringComparison.Ordinal))
                (await connection.BeginTextExportAsync(sql)).Dispose();
            else
                await command.ExecuteNonQueryAsync();
            return "yes";
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.DivisionByZero)
        {
            return "no";
        }
    }
}
