using FollowerSync.Leases;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Readings;

/// <summary>Writes <c>wechat.groups</c> or <c>wechat.tags</c>. What WeChat no longer names is kept, with the date it was found deleted.</summary>
internal sealed class NamedIdsPart(
    string name, Func<CancellationToken, Task<IReadOnlyList<NamedId>>> readAsync, RunLease lease) : IAccountPart
{
    // The two tables differ in their names alone.
    private readonly string _storeSql =
        $"""
        with answered as (
            select distinct on (id) id, name, count from unnest(@ids::int[], @names::text[], @counts::bigint[]) as t (id, name, count)
        ), ended as (
            update wechat.{name} set ended_at = now()
            where app_id = @appId and ended_at is null and {IdColumn(name)} not in (select id from answered)
        )
        insert into wechat.{name} (app_id, {IdColumn(name)}, name, count, first_seen_at, read_at)
        select @appId, id, name, count, now(), now() from answered
        on conflict (app_id, {IdColumn(name)}) do update
        set name = excluded.name, count = excluded.count, read_at = excluded.read_at, ended_at = null
        """;

    public string Name => name;

    public DateTimeOffset NextAt(DateTimeOffset now) => BeijingDay.Next(now, TimeSpan.Zero);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<NamedId> answered = await readAsync(cancellationToken);
        var parameters = new
        {
            appId = lease.AppId,
            ids = answered.Select(a => a.Id).ToArray(),
            names = answered.Select(a => a.Name).ToArray(),
            counts = answered.Select(a => a.Count).ToArray(),
        };
        await lease.RunAsync(tx => tx.ExecuteAsync(_storeSql, parameters), cancellationToken);
    }

    private static string IdColumn(string name) => name == "groups" ? "groupid" : "tag_id";
}
