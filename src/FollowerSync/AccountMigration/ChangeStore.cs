using FollowerSync.Database;

namespace FollowerSync.AccountMigration;

/// <summary>Writes <c>wechat.openid_changes</c>, and reads whom to ask about.</summary>
internal static class ChangeStore
{
    private const string IsOpen =
        """
        not exists (
            select 1 from wechat.openid_changes c
            where c.from_app_id = @from and c.old_openid = p.openid and c.to_app_id = @to and (c.new_openid is not null or c.why = @final))
        """;

    // Everybody who is stored of the old account: WeChat knows those too who once authorised it. Who is anonymised has no openid any more.
    private const string PageSql =
        $"""
        set local enable_seqscan = off; set local enable_bitmapscan = off;
        with stored as materialized (
            select openid from wechat.followers where app_id = @from and openid > @after and anonymised_at is null order by openid limit @limit
        ), visiting as materialized (
            select openid from wechat.visitors where app_id = @from and openid > @after and openid not like 'anon\_%' order by openid limit @limit
        ), p as materialized (
            select openid from (select openid from stored union select openid from visiting) u order by openid limit @limit
        )
        select (select max(openid) from p), array(select openid from p where {IsOpen} order by openid)
        """;

    private const string CountSql =
        $"""
        with stored as materialized (
            select openid from wechat.followers where app_id = @from and anonymised_at is null
        )
        select count(*) filter (where is_open), count(*)
        from (
            select {IsOpen} as is_open from (
                select openid from stored
                union
                select openid from wechat.visitors where app_id = @from and openid not like 'anon\_%') p) q
        """;

    // One new openid is one person: whoever is named for a second one is not believed.
    private const string KeepSql =
        """
        with kept as (
            insert into wechat.openid_changes as c (from_app_id, old_openid, to_app_id, new_openid, why, asked_at)
            select @from, a.old_openid, @to, case when t.is_taken then null else a.new_openid end, case when t.is_taken then @namedTwice else a.why end, now()
            from unnest(@oldOpenIds::text[], @newOpenIds::text[], @whys::text[]) as a (old_openid, new_openid, why),
            lateral (select a.new_openid is not null and exists (
                select 1 from wechat.openid_changes o
                where o.to_app_id = @to and o.new_openid = a.new_openid and o.from_app_id = @from and o.old_openid <> a.old_openid) as is_taken) t
            on conflict (from_app_id, old_openid, to_app_id) do update
            set new_openid = excluded.new_openid, why = excluded.why, asked_at = excluded.asked_at
            where c.new_openid is null
            returning c.old_openid, c.why
        )
        select old_openid from kept where why = @namedTwice
        """;

    /// <summary>Of the next people of the old account, in the order of their openids, those to ask about.</summary>
    /// <returns>The last of the people, null = nobody is left; and the openids to ask about, none when all of these are known.</returns>
    public static async Task<(string? Through, string[] OpenIds)> ReadPageAsync(Transaction tx, MigrationOrder order, string after, int limit) => (await tx.ReadAllAsync(
        PageSql,
        new { from = order.FromAppId, to = order.To.AppId, final = ChangedOpenId.Unknown, after, limit },
        row => (row.IsDBNull(0) ? null : row.GetString(0), row.GetFieldValue<string[]>(1)))).Single();

    /// <summary>How many are to be asked about, and how many the old account has.</summary>
    public static Task<(long Open, long All)> CountAsync(Transaction tx, MigrationOrder order) => tx.ReadAsync<(long, long)>(
        CountSql, new { from = order.FromAppId, to = order.To.AppId, final = ChangedOpenId.Unknown });

    /// <summary>Keeps what was answered. A new openid that is known stays.</summary>
    /// <returns>The old openids of whom the new one was not believed.</returns>
    public static Task<List<string>> KeepAsync(Transaction tx, MigrationOrder order, IReadOnlyCollection<ChangedOpenId> changes) => tx.ReadAllAsync<string>(
        KeepSql,
        new
        {
            from = order.FromAppId,
            to = order.To.AppId,
            namedTwice = ChangedOpenId.NamedTwice,
            oldOpenIds = changes.Select(change => change.OldOpenId).ToArray(),
            newOpenIds = changes.Select(change => change.NewOpenId).ToArray(),
            whys = changes.Select(change => change.Why).ToArray(),
        });
}
