using System.Text;
using FollowerSync.Languages;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>The text of <c>docs/rights.md</c>, or of its Chinese twin: what logins of both roles tried, and what PostgreSQL answered.</summary>
internal sealed class RightsPage
{
    public static readonly RightsPage English = new(
        "docs/rights.md",
        Language.English,
        """
        # What an analyst can do

        中文：[rights.zh-CN.md](rights.zh-CN.md)

        Each line was tried by a login of `followersync grant`, in a transaction that it made writable first (`set transaction read write`), on a
        database that belongs to the worker's login as [db/README.md](../db/README.md) has it: on PostgreSQL 15 and on 18, and once more with a schema
        `public` that everybody may write to, as on servers upgraded from PostgreSQL 14. Where the two differ, both answers are given: new server / upgraded one.

        | tried | analyst | analyst_pii |
        |---|---|---|

        """,
        """

        What follows from it:

        - **Session settings are a courtesy.** `statement_timeout`, `default_transaction_read_only` and the others hold for everybody who means well; a
          session may change them. They protect the worker from a forgotten query, not from somebody who wants to be in its way.
        - **What really bounds an analyst:** the rights above, which no session can change; the connection limit of the login (5, unless the login was there
          before; `alter role … connection limit`); and a read-only replica with logins of its own, where a long query or an idle transaction holds up nobody
          (with `hot_standby_feedback = off`). On the worker's own server a transaction left open keeps dead rows from being cleaned up for as long:
          `select pid, usename, xact_start, query from pg_stat_activity where backend_xmin is not null order by age(backend_xmin) desc` shows it, and an administrator ends
          it by `pg_terminate_backend(pid)`.
        - **Advisory locks** hold up nothing of FollowerSync, whatever their key: it waits for none, and takes none that matters if it is refused.
        - **Large objects** are open to everybody who can connect, in any PostgreSQL database, and fill its disk. Only a superuser can close them, in this database:
          `revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea), lowrite(integer, bytea) from public;`
        - **A writable `public`** lets an analyst put tables, functions and operators there, which others may fall for. The worker looks for none of its
          operators and functions there, and `followersync check` warns: `revoke create on schema public from public;`
        - **Other databases of the server** let in everybody unless told otherwise: `revoke connect on database … from public;`

        """,
        allowed: "yes",
        denied: "no");

    public static readonly RightsPage Chinese = new(
        "docs/rights.zh-CN.md",
        Language.Chinese,
        """
        # 分析账号能做什么

        English: [rights.md](rights.md)

        下面每一行都由 `followersync grant` 建立的账号实际试过，所在的事务先由它自己改为可写（`set transaction read write`）；数据库按
        [db/README.md](../db/README.md)（英文）的做法属于程序的账号。在 PostgreSQL 15 和 18 上各试一遍；
        再在 `public` 模式人人可写的情况下试一遍，从 PostgreSQL 14 升级的服务器就是这样。两者不同时，两个结果都列出：新服务器 / 升级的服务器。

        | 尝试 | analyst | analyst_pii |
        |---|---|---|

        """,
        """

        由此可知：

        - **会话的设置只靠自觉。** `statement_timeout`、`default_transaction_read_only` 等设置，对没有恶意的人都有效；但会话可以修改它们。
          它们使程序不受被遗忘的查询影响，却挡不住有意妨碍程序的人。
        - **真正约束分析账号的**：以上权限，任何会话都改变不了；账号的连接数上限（5 个，除非账号原先就有；`alter role … connection limit`）；
          以及另有自己账号的只读副本，在那里长查询或空闲的事务不妨碍任何人（`hot_standby_feedback = off` 时）。在程序自己的服务器上，事务多久不结束，死行就多久得不到清理：
          `select pid, usename, xact_start, query from pg_stat_activity where backend_xmin is not null order by age(backend_xmin) desc` 会列出这样的事务，管理员可以用
          `pg_terminate_backend(pid)` 结束它。
        - **咨询锁**：无论用什么键，都不妨碍 FollowerSync：它不等待任何咨询锁，拿不到也不影响。
        - **大对象**：在任何 PostgreSQL 数据库中，能连接的人都可以创建，并占满它的磁盘。只有超级用户能关闭它，在此数据库中执行：
          `revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea), lowrite(integer, bytea) from public;`
        - **可写的 `public`**：分析账号可以在其中放入表、函数和操作符，别人可能误用。程序不在那里寻找任何操作符和函数，`followersync check`
          会警告：`revoke create on schema public from public;`
        - **服务器上的其他数据库**：没有另作规定时，人人都可以进入：`revoke connect on database … from public;`

        """,
        allowed: "是",
        denied: "否");

    private readonly Language _language;
    private readonly string _head;
    private readonly string _tail;
    private readonly string _allowed;
    private readonly string _denied;

    private RightsPage(string path, Language language, string head, string tail, string allowed, string denied)
    {
        Path = path;
        _language = language;
        _head = head;
        _tail = tail;
        _allowed = allowed;
        _denied = denied;
    }

    public string Path { get; }

    public string Write(IEnumerable<TriedRight> rights)
    {
        StringBuilder page = new(_head);
        foreach (TriedRight right in rights)
            page.Append("| ").Append(right.What.In(_language)).Append(" | ").Append(Word(right.Analyst)).Append(" | ").Append(Word(right.AnalystPii)).Append(" |\n");
        return page.Append(_tail).ToString();
    }

    private string Word(RightAnswers answers) => answers.Fresh == answers.Upgraded ? Word(answers.Fresh) : $"{Word(answers.Fresh)} / {Word(answers.Upgraded)}";

    private string Word(bool allowed) => allowed ? _allowed : _denied;
}
