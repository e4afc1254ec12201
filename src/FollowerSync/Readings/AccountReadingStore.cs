using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Leases;

namespace FollowerSync.Readings;

/// <summary>Reads and writes <c>followersync.account_readings</c>: what was read when, and why it was not.</summary>
internal sealed class AccountReadingStore(FollowerDatabase database)
{
    // Nothing is left for longer than to the same hour of the next day, unless the clock was set since.
    private const string DueSql =
        """
        select w.what
        from unnest(array['groups', 'tags', 'tag_lists', 'blacklist', 'datacube']) as w (what)
        left join followersync.account_readings r on r.app_id = @appId and r.what = w.what
        where r.next_at is null or r.next_at <= now() or r.next_at > now() + interval '25 hours' or @isAskedFor
        """;

    private const string StoreSql =
        """
        insert into followersync.account_readings as r (app_id, what, read_at, next_at, why)
        values (@appId, @what, case when @why::text[] is null then now() end, @nextAt, @why)
        on conflict (app_id, what) do update
        set read_at = coalesce(excluded.read_at, r.read_at), next_at = excluded.next_at, why = excluded.why
        """;

    private const string ForgetSql = "delete from followersync.account_readings where app_id = @appId and what = @what";

    private const string FirstDaySql =
        """
        insert into followersync.account_readings as r (app_id, what, next_at, first_day) values (@appId, @what, now(), @day)
        on conflict (app_id, what) do update set first_day = least(r.first_day, excluded.first_day) where r.first_day is null or r.first_day > excluded.first_day
        """;

    /// <summary>What is to be read now.</summary>
    /// <param name="appId">The account.</param>
    /// <param name="isAskedFor">Whether a person asks for it, so that nothing is too new to be read again.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlySet<string>> ReadDueAsync(string appId, bool isAskedFor, CancellationToken cancellationToken) => database.RunAsync<IReadOnlySet<string>>(
        async tx => (await tx.ReadAllAsync<string>(DueSql, new { appId, isAskedFor })).ToHashSet(StringComparer.Ordinal),
        cancellationToken);

    /// <summary>It is not to be read any more: nothing is missing for that.</summary>
    public static Task ForgetAsync(RunLease lease, string what, CancellationToken cancellationToken) =>
        lease.RunAsync(tx => tx.ExecuteAsync(ForgetSql, new { appId = lease.AppId, what }), cancellationToken);

    public static Task SucceededAsync(RunLease lease, string what, DateTimeOffset nextAt, CancellationToken cancellationToken) =>
        StoreAsync(lease, what, nextAt, why: null, cancellationToken);

    public static Task FailedAsync(RunLease lease, string what, DateTimeOffset nextAt, Sentence why, CancellationToken cancellationToken) =>
        StoreAsync(lease, what, nextAt, why, cancellationToken);

    /// <summary>A day is asked for, for the first time.</summary>
    public static Task FirstDayAsync(RunLease lease, string what, DateOnly day, CancellationToken cancellationToken) =>
        lease.RunAsync(tx => tx.ExecuteAsync(FirstDaySql, new { appId = lease.AppId, what, day }), cancellationToken);

    private static Task<int> StoreAsync(RunLease lease, string what, DateTimeOffset nextAt, Sentence? why, CancellationToken cancellationToken) =>
        lease.RunAsync(tx => tx.ExecuteAsync(StoreSql, new { appId = lease.AppId, what, nextAt, why }), cancellationToken);
}
