using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Readings;

/// <summary>Writes <c>wechat.datacube_days</c>: WeChat's own books on the days that are over and not yet read.</summary>
internal sealed class DatacubePart(WeChatClient client, FollowerDatabase database, RunLease lease) : IAccountPart
{
    /// <summary>Days in one call, at most.</summary>
    private const int Window = 7;

    /// <summary>How far back a worker that was off for long goes.</summary>
    private const int LongestGap = 90;

    /// <summary>WeChat has a day's books ready at 08:00 of the next; a few minutes later, to be sure.</summary>
    private static readonly TimeSpan Ready = new(8, 10, 0);

    private const string NewestSql = "select max(ref_date) from wechat.datacube_days where app_id = @appId and ref_date <= @last";

    private const string StoreSql =
        """
        insert into wechat.datacube_days (app_id, ref_date, new_user, cancel_user, cumulate_user, read_at)
        select @appId, ref_date, new_user, cancel_user, cumulate_user, now()
        from unnest(@days::date[], @newUsers::bigint[], @cancelUsers::bigint[], @cumulateUsers::bigint[]) as t (ref_date, new_user, cancel_user, cumulate_user)
        on conflict (app_id, ref_date) do nothing
        """;

    public string Name => "datacube";

    public DateTimeOffset NextAt(DateTimeOffset now) => BeijingDay.Next(now, Ready);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        // The day whose books became ready last: yesterday, or before 08:10 the day before.
        DateOnly last = BeijingDay.Of(await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken) - Ready).AddDays(-1);
        DateOnly first = await ReadNewestAsync(last, cancellationToken) is { } newest ? newest.AddDays(1) : last.AddDays(1 - Window);
        if (first < last.AddDays(-LongestGap))
            first = last.AddDays(-LongestGap);
        for (; first <= last; first = first.AddDays(Window))
        {
            DateOnly until = first.AddDays(Window - 1) < last ? first.AddDays(Window - 1) : last;
            IReadOnlyList<DatacubeDay> cumulated = await client.GetUserCumulateAsync(first, until, cancellationToken);
            IReadOnlyList<DatacubeDay> moves = await client.GetUserSummaryAsync(first, until, cancellationToken);
            await StoreAsync(cumulated.Where(day => day.CumulateUser is not null), moves.ToLookup(move => move.Day), cancellationToken);
        }
    }

    private Task<DateOnly?> ReadNewestAsync(DateOnly last, CancellationToken cancellationToken) => database.RunAsync(
        async tx =>
            await tx.ReadAsync<DateOnly?>(NewestSql, new { appId = lease.AppId, last }),
        cancellationToken);

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
