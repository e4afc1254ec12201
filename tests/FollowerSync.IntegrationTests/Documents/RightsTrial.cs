using FollowerSync.Analysts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Tries as logins of both roles what <see cref="RightsPage"/> tells of.</summary>
internal static class RightsTrial
{
    private static readonly (Sentence What, string Sql)[] Attempts =
    [
        (Sentence.Of("read `openid`, `unionid`, tags of `wechat.followers`", "读取 `wechat.followers` 的 `openid`、`unionid` 和标签"), "select count(openid), count(unionid), count(tagid_list) from wechat.followers"),
        (Sentence.Of("read all of `wechat.audience`", "读取 `wechat.audience` 的全部内容"), "select count(*) from (select * from wechat.audience) a"),
        (Sentence.Of("read nickname, remark, city of `wechat.followers`", "读取 `wechat.followers` 的昵称、备注和城市"), "select nickname, remark, city from wechat.followers"),
        (Sentence.Of("read all of `wechat.followers_plain` and `wechat.history_plain`", "读取 `wechat.followers_plain` 和 `wechat.history_plain` 的全部内容"), "select count(*) from (select openid from (select * from wechat.followers_plain) f union all select openid from (select * from wechat.history_plain) h) p"),
        (Sentence.Of("read a whole row of `wechat.followers`", "读取 `wechat.followers` 的一整行"), "select f from wechat.followers f"),
        (Sentence.Of("read nickname of `wechat.follower_history`", "读取 `wechat.follower_history` 的昵称"), "select nickname from wechat.follower_history"),
        (Sentence.Of("read nickname of `wechat.visitors`", "读取 `wechat.visitors` 的昵称"), "select nickname from wechat.visitors"),
        (Sentence.Of("read all else of `wechat.visitors`", "读取 `wechat.visitors` 的其余全部字段"), "select count(openid), count(unionid), max(last_seen_at), sum(visits) from wechat.visitors"),
        (Sentence.Of("read all but the fingerprint of `wechat.scans`", "读取 `wechat.scans` 除指纹以外的全部字段"), "select count(openid), max(scanned_at), max(qr_scene), max(qr_scene_str) from wechat.scans"),
        (Sentence.Of("read the fingerprint of `wechat.scans`", "读取 `wechat.scans` 的指纹"), "select fingerprint from wechat.scans"),
        (Sentence.Of("read all of `wechat.openid_changes`", "读取 `wechat.openid_changes` 的全部内容"), "select count(*) from (select * from wechat.openid_changes) c"),
        (Sentence.Of("read the inbox (`followersync.arrivals`)", "读取收件箱（`followersync.arrivals`）"), "select openid from followersync.arrivals"),
        (Sentence.Of("guess a nickname (`where nickname = …`)", "猜测昵称（`where nickname = …`）"), "select openid from wechat.followers where nickname = 'x'"),
        (Sentence.Of("`copy wechat.followers to stdout`", "`copy wechat.followers to stdout`"), "copy wechat.followers to stdout"),
        (Sentence.Of("see nicknames in the planner's statistics", "在查询规划器的统计信息中看到昵称"), "select 1 / count(*) from pg_stats where schemaname = 'wechat' and attname = 'nickname'"),
        (Sentence.Of("read `error` of `wechat.sync_runs`", "读取 `wechat.sync_runs` 的 `error`"), "select error from wechat.sync_runs"),
        (Sentence.Of("read a token (`followersync.access_tokens`)", "读取 token（`followersync.access_tokens`）"), "select access_token from followersync.access_tokens"),
        (Sentence.Of("read a list (`followersync.listing_openids`)", "读取列表（`followersync.listing_openids`）"), "select count(*) from followersync.listing_openids"),
        (Sentence.Of("change or delete a follower", "修改或删除粉丝"), "delete from wechat.followers"),
        (Sentence.Of("lock `wechat.followers` against the worker", "锁定 `wechat.followers`，使程序无法写入"), "lock table wechat.followers in share mode"),
        (Sentence.Of("lock a follower's row (`for share`)", "锁定一个粉丝的行（`for share`）"), "select openid from wechat.followers for share"),
        (Sentence.Of("create a table in `wechat`", "在 `wechat` 中创建表"), "create table wechat.mine (a int)"),
        (Sentence.Of("create a schema", "创建模式（schema）"), "create schema mine"),
        (Sentence.Of("create a table in `public`", "在 `public` 中创建表"), "create table public.mine (a int)"),
        (Sentence.Of("create a function in `public`", "在 `public` 中创建函数"), "create function public.mine() returns int language sql as 'select 1'"),
        (Sentence.Of("create an operator in `public`", "在 `public` 中创建操作符"), "create function public.mine(int[], int[]) returns boolean language sql as 'select true'; create operator public.= (leftarg = int[], rightarg = int[], function = public.mine)"),
        (Sentence.Of("create a temporary table", "创建临时表"), "create temporary table mine (a int)"),
        (Sentence.Of("create a large object", "创建大对象"), "select lo_create(0)"),
        (Sentence.Of("take the worker's role (`set role`)", "切换到程序的角色（`set role`）"), "set role {worker}"),
        (Sentence.Of("take the role of the personal columns", "切换到个人字段的角色"), "set role {pii}"),
        (Sentence.Of("give itself the role of the personal columns", "把个人字段的角色授予自己"), "grant {pii} to {login}"),
        (Sentence.Of("create a login", "创建账号"), "create role mine login"),
        (Sentence.Of("raise its own connection limit", "提高自己的连接数上限"), "alter role {login} connection limit 100"),
        (Sentence.Of("lift its own `statement_timeout`", "取消自己的 `statement_timeout`"), "set statement_timeout = 0"),
        (Sentence.Of("end the worker's sessions", "结束程序的会话"), "select 1 / count(*) from (select pg_terminate_backend(pid) from pg_stat_activity where usename = '{worker}') s"),
        (Sentence.Of("read the worker's running statements", "读取程序正在执行的语句"), "select 1 / count(*) from pg_stat_activity where usename = '{worker}' and query not like '<insufficient privilege>'"),
        (Sentence.Of("read password hashes", "读取密码的哈希值"), "select rolpassword from pg_authid"),
        (Sentence.Of("see the names of all logins", "看到所有账号的名称"), "select rolname from pg_roles"),
        (Sentence.Of("run a program on the server", "在服务器上运行外部程序"), "copy (select 1) to program 'true'"),
        (Sentence.Of("read a file of the server", "读取服务器上的文件"), "select pg_read_file('postgresql.conf')"),
        (Sentence.Of("write a file on the server", "在服务器上写入文件"), "copy (select 1) to '/tmp/mine'"),
        (Sentence.Of("import a file as a large object", "把文件导入为大对象"), "select lo_import('/etc/hostname')"),
        (Sentence.Of("reach another server (a foreign data wrapper)", "连接另一台服务器（外部数据包装器）"), "create foreign data wrapper mine"),
        (Sentence.Of("keep its statements out of the server's log", "使自己的语句不记入服务器的日志"), "set log_statement = 'none'"),
        (Sentence.Of("hold an advisory lock", "持有咨询锁（advisory lock）"), "select pg_advisory_xact_lock(1)"),
        (Sentence.Of("notify others", "向其他会话发送通知"), "listen mine; notify mine"),
        (Sentence.Of("keep a transaction open", "使事务一直不结束"), "select pg_current_snapshot()"),
        (Sentence.Of("connect to the server's database `postgres`", "连接到服务器的 `postgres` 数据库"), InAnotherDatabase),
    ];

    private const string InAnotherDatabase = "select current_database()";

    /// <summary>Tries everything as both roles, on a new server's <c>public</c> and on an upgraded one's.</summary>
    public static async Task<IReadOnlyList<TriedRight>> RunAsync(OwnedDatabase fresh, OwnedDatabase upgraded)
    {
        IReadOnlyList<bool> analystFresh = await TryAsync(fresh, withPersonalColumns: false), analystUpgraded = await TryAsync(upgraded, withPersonalColumns: false);
        IReadOnlyList<bool> piiFresh = await TryAsync(fresh, withPersonalColumns: true), piiUpgraded = await TryAsync(upgraded, withPersonalColumns: true);
        return
        [
            .. Attempts.Select((attempt, line) => new TriedRight(
                attempt.What, new RightAnswers(analystFresh[line], analystUpgraded[line]), new RightAnswers(piiFresh[line], piiUpgraded[line]))),
        ];
    }

    private static async Task<IReadOnlyList<bool>> TryAsync(OwnedDatabase owned, bool withPersonalColumns)
    {
        (string login, string password) = await owned.GrantAsync(withPersonalColumns);
        // Somebody of the worker's login to look at and to end.
        await using NpgsqlConnection worker = await owned.DataSource.OpenConnectionAsync();
        List<bool> answers = [];
        foreach ((_, string sql) in Attempts)
        {
            await using NpgsqlDataSource analyst = owned.ConnectAs(login, password, sql == InAnotherDatabase ? "postgres" : null);
            answers.Add(await AnswerAsync(analyst, Fill(sql, owned, login)));
        }

        return answers;
    }

    private static string Fill(string sql, OwnedDatabase owned, string login)
    {
        AnalystRoleNames names = owned.Roles;
        return sql.Replace("{worker}", owned.Worker, StringComparison.Ordinal).Replace("{pii}", names.AnalystPii, StringComparison.Ordinal).Replace("{login}", login, StringComparison.Ordinal);
    }

    private static async Task<bool> AnswerAsync(NpgsqlDataSource analyst, string sql)
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
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.DivisionByZero)
        {
            return false;
        }
    }
}
