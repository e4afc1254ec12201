using System.Text.Json;
using FollowerSync.Database;
using FollowerSync.Nodes;
using FollowerSync.StatusPage.Reading;

namespace FollowerSync.StatusPage.Acting;

/// <summary>Keeps who did what, when, and from where: <c>followersync.page_actions</c>.</summary>
internal sealed class ActionLog(FollowerDatabase database, OwnNode own)
{
    private const int Shown = 100;

    private const string BeginSql =
        """
        insert into followersync.page_actions (action, app_id, run_id, actor, address, node, asked_at)
        values (@action, @appId, @runId, @actor, @address, @node, now())
        returning action_id
        """;

    private const string EndSql =
        "update followersync.page_actions set ended_at = now(), outcome = @outcome, result = @result::jsonb, error = @error::text[] where action_id = @id and ended_at is null";

    private const string DeleteOldSql = "delete from followersync.page_actions where asked_at < now() - interval '400 days'";

    private const string ReadSql =
        """
        select p.action_id, p.action, p.app_id, coalesce(a.name, p.app_id) as name, p.run_id, p.actor, p.address, p.node, p.asked_at, p.ended_at, p.outcome, p.result::text as result, p.error
        from followersync.page_actions p
        left join wechat.accounts a on a.app_id = p.app_id
        where @appId::text is null or p.app_id = @appId
        order by p.action_id desc
        limit @limit
        """;

    /// <summary>Notes the action before it is begun.</summary>
    public Task<long> BeginAsync(AskedAction asked, CancellationToken cancellationToken) => database.RunOnceAsync(
        async tx =>
        {
            await tx.ExecuteAsync(DeleteOldSql);
            return await tx.ReadAsync<long>(BeginSql, new { action = asked.Name, asked.AppId, asked.RunId, asked.Actor, asked.Address, node = own.Name });
        },
        cancellationToken);

    /// <summary>Notes what came of it.</summary>
    public Task EndAsync(long id, ActionEnd end, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ExecuteAsync(EndSql, new { id, outcome = end.Outcome, result = end.Numbers is { } numbers ? JsonSerializer.Serialize(numbers) : null, error = end.Error }), cancellationToken);

    /// <summary>The newest actions, newest first.</summary>
    public Task<List<PageAction>> ReadAsync(string? appId, CancellationToken cancellationToken) =>
        database.LookAsync(tx => tx.ReadAllAsync<PageAction>(ReadSql, new { appId, limit = Shown }), cancellationToken);
}
