using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes <c>followersync.rejected_openids</c>.</summary>
internal static class RejectedOpenIdStore
{
    /// <summary>SQL: the refused openid <c>r</c> is left alone for now. One refused in the future tells that the clock was set back; it is asked again.</summary>
    public const string Waits = $"(r.next_attempt_at > now() and r.last_rejected_at <= {DatabaseClock.Latest})";

    private const string RecordSql =
        """
        insert into followersync.rejected_openids as r
            (app_id, openid, errcode, errmsg, rid, first_rejected_at, last_rejected_at, attempts, next_attempt_at)
        select @appId, openid, errcode, errmsg, rid, now(), now(), 1, now() + delay
        from unnest(@openIds::text[], @errorCodes::int[], @errorTexts::text[], @requestIds::text[], @delays::interval[]) as t (openid, errcode, errmsg, rid, delay)
        on conflict (app_id, openid) do update
        set errcode = excluded.errcode, errmsg = excluded.errmsg, rid = excluded.rid, last_rejected_at = now(),
            attempts = r.attempts + 1, next_attempt_at = now() + (excluded.next_attempt_at - now()) * power(2, least(r.attempts, 5))
        """;

    private const string RecordImpossibleSql =
        """
        insert into followersync.rejected_openids as r (app_id, openid, errmsg, first_rejected_at, last_rejected_at, attempts, next_attempt_at)
        select @appId, openid, errmsg, now(), now(), 1, 'infinity'
        from unnest(@keys::text[], @whys::text[]) as t (openid, errmsg)
        on conflict (app_id, openid) do update set last_rejected_at = now(), attempts = r.attempts + 1
        """;

    private const string ClearSql = "delete from followersync.rejected_openids where app_id = @appId and openid = any(@openIds)";

    /// <summary>Records the refused openids; each further refusal doubles the delay before the next attempt: from 20 hours, so that
    /// the next night asks again, to 27 days; from ten minutes to five hours for those whom WeChat did not refuse but left out.</summary>
    public static Task RecordAsync(
        Transaction tx, string appId, IReadOnlyList<Rejection> rejections)
    {
        var parameters = new
        {
            appId,
            openIds = rejections.Select(r => r.OpenId).ToArray(),
            errorCodes = rejections.Select(r => r.ErrorCode).ToArray(),
            errorTexts = rejections.Select(r => r.ErrorText).ToArray(),
            requestIds = rejections.Select(r => r.RequestId).ToArray(),
            delays = rejections.Select(r => r.IsRefusal ? TimeSpan.FromHours(20) : TimeSpan.FromMinutes(10)).ToArray(),
        };
        return rejections.Count == 0
            ? Task.CompletedTask
            : tx.ExecuteAsync(RecordSql, parameters);
    }

    /// <summary>Records what was listed and cannot be an openid, under a key that stands for it. It is never asked for.</summary>
    public static Task RecordImpossibleAsync(Transaction tx, string appId, string[] keys, string[] whys) =>
        keys.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(RecordImpossibleSql, new { appId, keys, whys });

    /// <summary>Those of the people whose openids WeChat refused lately.</summary>
    public static Task<List<string>> FindRefusedAsync(Transaction tx, string appId, string[] openIds) => tx.ReadAllAsync<string>(
        $"select openid from followersync.rejected_openids r where app_id = @appId and openid = any(@openIds) and errcode is not null and {Waits}", new { appId, openIds });

    /// <summary>Takes openids out of the table that were answered well.</summary>
    public static async Task ClearAsync(
        Transaction tx, string appId, IEnumerable<string> openIds)
    {
        if (await tx.ReadAsync<bool>("select exists (select 1 from followersync.rejected_openids where app_id = @appId)", new { appId }))
            await tx.ExecuteAsync(ClearSql, new { appId, openIds = openIds.ToArray() });
    }
}
