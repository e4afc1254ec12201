using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>Moves people's rows in <c>wechat.openid_changes</c> to pseudonyms and back. A row names one person twice: while one of the two openids is a
/// pseudonym, the other one must not tell whom it stands for; so whoever comes back in one account stays a pseudonym in rows that have one for the other account too.</summary>
internal static class ChangePseudonyms
{
    private const string ReadSql =
        """
        select from_app_id, old_openid, to_app_id, new_openid
        from wechat.openid_changes
        where (from_app_id = @appId and old_openid = any(@openIds)) or (to_app_id = @appId and new_openid = any(@openIds))
        """;

    private const string MoveSql =
        """
        with move as (
            select * from unnest(@fromAppIds::text[], @oldOpenIds::text[], @toAppIds::text[], @movedOldOpenIds::text[], @movedNewOpenIds::text[])
                as m (from_app_id, old_openid, to_app_id, moved_old, moved_new)
        ), gone as (
            delete from wechat.openid_changes c using move m
            where c.from_app_id = m.from_app_id and c.old_openid = m.old_openid and c.to_app_id = m.to_app_id
            returning m.from_app_id, m.moved_old, m.to_app_id, m.moved_new, c.why, c.asked_at
        ), moved as (
            insert into wechat.openid_changes (from_app_id, old_openid, to_app_id, new_openid, why, asked_at)
            select * from gone
            on conflict (from_app_id, old_openid, to_app_id) do nothing
            returning 1
        )
        select count(*) from moved
        """;

    /// <summary>Moves the rows of people.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">Account of the people.</param>
    /// <param name="openIds">Their new openid, by the one they have.</param>
    /// <param name="pseudonyms">Makes those of the other account; null = they come back, and rows with a pseudonym for the other account stay.</param>
    /// <returns>How many rows were moved.</returns>
    public static async Task<long> MoveAsync(Transaction tx, string appId, IReadOnlyDictionary<string, string> openIds, Pseudonyms? pseudonyms)
    {
        List<(string From, string Old, string To, string? New)> rows =
            await tx.ReadAllAsync<(string, string, string, string?)>(ReadSql, new { appId, openIds = openIds.Keys.ToArray() });
        if (pseudonyms is null)
            rows.RemoveAll(row => Pseudonyms.IsOne(row.Old) && Pseudonyms.IsOne(row.New));
        if (rows.Count == 0)
            return 0;

        var parameters = new
        {
            fromAppIds = rows.Select(row => row.From).ToArray(),
            oldOpenIds = rows.Select(row => row.Old).ToArray(),
            toAppIds = rows.Select(row => row.To).ToArray(),
            movedOldOpenIds = rows.Select(row => Moved(row.From, row.Old)).ToArray(),
            movedNewOpenIds = rows.Select(row => row.New is { } openId ? Moved(row.To, openId) : null).ToArray(),
        };
        return await tx.ReadAsync<long>(MoveSql, parameters);

        string Moved(string account, string openId) =>
            account == appId && openIds.TryGetValue(openId, out string? own) ? own
            : pseudonyms is null || Pseudonyms.IsOne(openId) ? openId : pseudonyms.OfPerson(account, openId);
    }
}
