using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Readings;

/// <summary>Writes <c>wechat.datacube_days</c>: WeChat's own books. The last week is read every day, since WeChat corrects
/// its books; a day that is missing is asked for again until it is too old.</summary>
/// <remarks>Two calls a day, and two more for every earlier week that lacks a day: 26 at most.</remarks>
internal sealed class DatacubePart(WeChatClient client, FollowerDatabase database, RunLease lease) : IAccountPart
{
    /// <summary>Days in one call, at most.</summary>
    private const int Window = 7;

    /// <summary>How far back a day is asked for that is missing.</summary>
    private const int Longest = 90;

    /// <summary>WeChat has a day's books ready at 08:00 of the next; a few minutes later, to be sure.</summary>
    private static readonly TimeSpan Ready = new(8, 10, 0);

    // A day before the first one that was asked for is not missing.
    private const string MissingSql =
        """
        select g.day::date
        from followersync.account_readings r
        cross join lateral generate_series(greatest(r.first_day, @oldest)::timestamp, @newest::timestamp, interval '1 day') g (day)
        left join wechat.datacube_days d on d.app_id = r.app_id and d.ref_date = g.day::date
        where r.app_id = @appId and r.what = 'datacube' and (d.cumulate_user is null or d.new_user is null or d.cancel_user is null)
        order by 1
        """;

    // What WeChat leaves out this time stays as it is.
    private const string StoreSql =
        """
        insert into wechat.datacube_days as d (app_id, ref_date, new_user, cancel_user, cumulate_user, read_at)
        select @appId, ref_date, new_user, cancel_user, cumulate_user, now()
        from unnest(@days::date[], @newUsers::bigint[], @cancelUsers::bigint[], @cumulateUsers::bigint[]) as t (ref_date, new_user, cancel_user, cumulate_user)
        on conflict (app_id, ref_date) do update
        set new_user = coalesce(excluded.new_user, d.new_user), cancel_user = coalesce(excluded.cancel_user, d.cancel_user),
            cumulate_user = coalesce(excluded.cumulate_user, d.cumulate_user), read_at = excluded.read_at,
            corrected_at = case when d.new_user <> excluded.new_user or d.cancel_user <> excluded.cancel_user or d.cumulate_user <> excluded.cumulate_user
                                then excluded.read_at else d.corrected_at end,
            first_new_user = case when d.new_user <> excluded.new_user then coalesce(d.first_new_user, d.new_user) else d.first_new_user end,
            first_cancel_user = case when d.cancel_user <> excluded.cancel_user then coalesce(d.first_cancel_user, d.cancel_user) else d.first_cancel_user end,
            first_cumulate_user = case when d.cumulate_user <> excluded.cumulate_user then coalesce(d.first_cumulate_user, d.cumulate_user) else d.first_cumulate_user end
        where (d.new_user, d.cancel_user, d.cumulate_user) is distinct from
              (coalesce(excluded.new_user, d.new_user), coalesce(excluded.cancel_user, d.cancel_user), coalesce(excluded.cumulate_user, d.cumulate_user))
        """;

    public string Name => "datacube";

    public DateTimeOffset NextAt(DateTimeOffset now) => BeijingDay.Next(now, Ready);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        // The day whose books became ready last: yesterday, or before 08:10 the day before.
        DateOnly last = BeijingDay.Of(await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken) - Ready).AddDays(-1);
        DateOnly first = last.AddDays(1 - Window);
        await AccountReadingStore.FirstDayAsync(lease, Name, first, cancellationToken);
        await ReadAsync(first, last, cancellationToken);
        DateOnly done = first.AddDays(-Longest);
        foreach (DateOnly missing in await ReadMissingAsync(last.AddDays(-Longest), first.AddDays(-1), cancellationToken))
        {
            if (missing <= done)
                continue;
            done = missing.AddDays(Window - 1);
            await ReadAsync(missing, done < first ? done : first.AddDays(-1), cancellationToken);
        }
    }

    private async Task ReadAsync(DateOnly first, DateOnly until, CancellationToken cancellationToken)
    {
        IReadOnlyList<DatacubeDay> cumulated = await client.GetUserCumulateAsync(first, until, cancellationToken);
        IReadOnlyList<DatacubeDay> moves = await client.GetUserSummaryAsync(first, until, cancellationToken);
        await StoreAsync(cumulated.Where(day => day.CumulateUser is not null), moves.ToLookup(move => move.Day), cancellationToken);
    }

    private Task<List<DateOnly>> ReadMissingAsync(DateOnly oldest, DateOnly newest, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAllAsync<DateOnly>(MissingSql, new { appId = lease.AppId, oldest, newest }), cancellationToken);

    private async Task StoreAsync(IEnumerable<DatacubeDay> cumulated, ILookup<DateOnly, DatacubeDay> moves, CancellationToken cancellationToken)
    {
        DatacubeDay[] days = [.. cumulated.DistinctBy(day => day.Day)];
        var parameters = new
        {
            appId = lease.AppId,
            days = days.Select(day => day.Day).ToArray(),
            newUsers = days.Select(day => Sum(moves[day.Day].Select(move => move.NewUser))).ToArray(),
            cancelUsers = days.Select(day => Sum(moves[day.Day].Select(move => move.CancelUser))).ToArray(),
            cumulateUsers = days.Select(day => day.CumulateUser).ToArray(),
        };
        await lease.RunAsync(tx => tx.ExecuteAsync(StoreSql, parameters), cancellationToken);
    }

    /// <summary>The sum over all ways of finding the account; null when WeChat gave none.</summary>
    private static long? Sum(IEnumerable<long?> numbers) => numbers.Aggregate((long?)null, static (sum, number) => number is null ? sum : (sum ?? 0) + number);
}
