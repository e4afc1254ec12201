using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>Writes <c>followersync.anonymous_unionids</c>: of people who are anonymised in one account and known in another, which unionid a pseudonym
/// stands for, so that nobody is told as lost who follows another account.</summary>
/// <remarks>The key is not in the database, so the database cannot find out by itself; and for nobody else is the link stored, since who is known nowhere
/// any more must not be found again.</remarks>
internal static class UnionIdLinks
{
    // One look into the primary key for each account. The planner, who thinks that any range of openids has people, would walk the table to the first of them.
    private const string AnySql =
        $"""
        set local enable_seqscan = off; set local enable_bitmapscan = off;
        select exists (
            select 1 from wechat.followers
            where app_id = any(array(select app_id from wechat.accounts)) and openid >= '{Pseudonyms.Mark}' and openid < 'anon`')
        """;

    private const string KeepSql =
        """
        with known as materialized (
            select unionid, anonymised_at from wechat.followers where unionid = any(array(select u from unnest(@pseudonyms::text[] || @unionIds::text[]) u))
        )
        insert into followersync.anonymous_unionids (pseudonym, unionid)
        select l.pseudonym, l.unionid
        from unnest(@pseudonyms::text[], @unionIds::text[]) as l (pseudonym, unionid)
        where exists (select 1 from known k where k.unionid = l.pseudonym)
          and exists (select 1 from known k where k.unionid = l.unionid and k.anonymised_at is null)
        on conflict (pseudonym) do nothing
        """;

    private const string DropSql =
        """
        with links as materialized (
            select pseudonym, unionid from followersync.anonymous_unionids where unionid = any(@unionIds) or pseudonym = any(@unionIds)
        ), known as materialized (
            select unionid, anonymised_at from wechat.followers
            where unionid = any(array(select unionid from links union all select pseudonym from links))
        )
        delete from followersync.anonymous_unionids l
        where (l.unionid = any(@unionIds) or l.pseudonym = any(@unionIds))
          and (not exists (select 1 from known k where k.unionid = l.unionid and k.anonymised_at is null)
               or not exists (select 1 from known k where k.unionid = l.pseudonym))
        """;

    /// <summary>Whether anybody of any account is anonymised.</summary>
    public static Task<bool> ArePossibleAsync(Transaction tx) => tx.ReadAsync<bool>(AnySql);

    /// <summary>Keeps the links of those unionids that one account knows, and that stand anonymised in another.</summary>
    public static Task KeepAsync(Transaction tx, Pseudonyms pseudonyms, IEnumerable<string> unionIds)
    {
        string[] plain = [.. unionIds.Where(unionId => !Pseudonyms.IsOne(unionId)).Distinct(StringComparer.Ordinal)];
        return plain.Length == 0 ? Task.CompletedTask
            : tx.ExecuteAsync(KeepSql, new { pseudonyms = plain.Select(pseudonyms.OfUnionId).ToArray(), unionIds = plain });
    }

    /// <summary>Drops the links of those unionids and pseudonyms that are no longer known, or no longer anonymised. Comes after their rows went.</summary>
    public static Task DropAsync(Transaction tx, string[] unionIds) =>
        unionIds.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(DropSql, new { unionIds });
}
