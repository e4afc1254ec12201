using Dapper;
using Npgsql;

namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.identity_conflicts</c> and <c>followersync.held_identities</c>.</summary>
internal static class IdentityConflictStore
{
    private const string RecordSql =
        """
        insert into wechat.identity_conflicts as c
            (app_id, openid, stored_unionid, answered_unionid, single_unionid, other_openid, first_seen_at, last_seen_at, run_id)
        select @appId, openid, stored, answered, single, other, now(), now(), @runId
        from unnest(@openIds::text[], @stored::text[], @answered::text[], @single::text[], @other::text[]) as t (openid, stored, answered, single, other)
        on conflict (app_id, openid) do update
        set stored_unionid = excluded.stored_unionid, answered_unionid = excluded.answered_unionid, single_unionid = excluded.single_unionid,
            other_openid = excluded.other_openid, last_seen_at = now(), run_id = excluded.run_id
        """;

    private const string HoldSql =
        """
        insert into followersync.held_identities (app_id, openid, run_id, unionid, held_at)
        select @appId, openid, @runId, unionid, now()
        from unnest(@openIds::text[], @unionIds::text[]) as t (openid, unionid)
        on conflict (app_id, openid) do update set run_id = excluded.run_id, unionid = excluded.unionid, held_at = now()
        """;

    public static Task RecordAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, long runId, IReadOnlyList<IdentityConflict> conflicts, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            appId,
            runId,
            openIds = conflicts.Select(c => c.OpenId).ToArray(),
            stored = conflicts.Select(c => c.Stored).ToArray(),
            answered = conflicts.Select(c => c.Answered).ToArray(),
            single = conflicts.Select(c => c.Single).ToArray(),
            other = conflicts.Select(c => c.OtherOpenId).ToArray(),
        };
        return conflicts.Count == 0
            ? Task.CompletedTask
            : connection.ExecuteAsync(new CommandDefinition(RecordSql, parameters, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Keeps changed unionids for an operator to approve.</summary>
    public static Task HoldAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, long runId, IReadOnlyDictionary<string, string> unionIds, CancellationToken cancellationToken)
    {
        var parameters = new { appId, runId, openIds = unionIds.Keys.ToArray(), unionIds = unionIds.Values.ToArray() };
        return unionIds.Count == 0
            ? Task.CompletedTask
            : connection.ExecuteAsync(new CommandDefinition(HoldSql, parameters, transaction, cancellationToken: cancellationToken));
    }
}
