using Dapper;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.IntegrationTests.Sync.Arriving;
using FollowerSync.Runs;
using Npgsql;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>Sixty days with messages of WeChat between the nightly runs: the totals against what happened, to the person.</summary>
public sealed class FollowEventDaysTests
{
    private const int Days = 60;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(8));
    private static readonly DateTimeOffset FirstRun = Start.AddHours(3);

    [Fact]
    public async Task Sixty_days_of_messages_that_come_late_twice_and_in_any_order_are_told_to_the_person()
    {
        SimulatedClock clock = new(FirstRun);
        await using SyncedAccount account = await StartAsync(clock);
        ToldLife life = await LiveAsync(account, clock, lostInAHundred: 0);

        ILookup<string, string> told = (await ReadAsync<(string OpenId, DateTime FollowedAt, DateTime? After, DateTime? Before)>(
            account, "select openid, followed_at, unfollowed_after, unfollowed_before from wechat.follow_episodes order by openid, followed_at, unfollowed_before"))
            .ToLookup(e => e.OpenId, e => $"{e.FollowedAt:s}/{e.After:s}/{e.Before:s}", StringComparer.Ordinal);
        foreach (IGrouping<string, (string OpenId, DateTimeOffset FollowedAt, DateTimeOffset? LeftAt)> person in life.Episodes.GroupBy(e => e.OpenId, StringComparer.Ordinal))
            told[person.Key].ShouldBe(
                person.Order().Select(e => $"{e.FollowedAt.UtcDateTime:s}/{e.LeftAt?.UtcDateTime:s}/{e.LeftAt?.UtcDateTime:s}"), string.Join("; ", life.MessagesOf(person.Key)));
        told.Count.ShouldBe(life.Episodes.DistinctBy(e => e.OpenId).Count());

        foreach (Day total in await ReadAsync<Day>(account, Day.Sql))
        {
            DateTimeOffset day = new(total.Date, TimeSpan.FromHours(8));
            (total.New, total.Returned, total.LeftAtLeast, total.LeftAtMost, total.FollowersAtLeast, total.FollowersAtMost).ShouldBe(
                (life.FollowedOn(day), life.ReturnedOn(day), Known(life.LeftOn(day), day > FirstRun), Known(life.LeftOn(day), day > FirstRun),
                 Known(life.FollowingAtTheEndOf(day), day.AddDays(1) > FirstRun), Known(life.FollowingAtTheEndOf(day), day.AddDays(1) > FirstRun)),
                $"{day:d}");
        }

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.scans where not was_following")).ShouldBe(life.Scans);
        (await account.Tables.ReadAsync<bool>("select bool_and(left_at_least = left_at_most) from wechat.churn")).ShouldBeTrue();
        await account.FactsShouldBeAFullCountAsync();
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Sixty_days_with_messages_that_get_lost_are_told_within_bounds()
    {
        SimulatedClock clock = new(FirstRun);
        await using SyncedAccount account = await StartAsync(clock);
        ToldLife life = await LiveAsync(account, clock, lostInAHundred: 15);

        long exact = 0;
        foreach (Day told in await ReadAsync<Day>(account, Day.Sql))
        {
            DateTimeOffset day = new(told.Date, TimeSpan.FromHours(8));
            if (day > FirstRun)
            {
                ((long)life.FollowingAtTheEndOf(day)).ShouldBeInRange(told.FollowersAtLeast.ShouldNotBeNull(), told.FollowersAtMost.ShouldNotBeNull(), $"followers on {day:d}");
                told.LeftAtLeast.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(life.LeftOn(day), $"left on {day:d}");
            }

            told.New.ShouldBeLessThanOrEqualTo(life.FollowedOn(day), $"new on {day:d}");
            exact += told.FollowersAtLeast is not null && told.FollowersAtLeast == told.FollowersAtMost ? 1 : 0;
        }

        exact.ShouldBeGreaterThan(Days / 4);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_leave_that_is_told_after_the_night_that_saw_the_return_of_the_same_second_is_exact()
    {
        SimulatedClock clock = new(FirstRun);
        await using SyncedAccount account = await StartAsync(clock);
        string openId = account.Truth.Followers().First().OpenId;
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(21));
        account.Truth.Unfollow(openId);
        account.Truth.Follow(openId);
        DateTimeOffset moment = clock.GetUtcNow();
        await account.ArriveAsync(account.Arrival(openId, "subscribe", at: moment));
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(3));
        await account.SyncAsync();
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(16));
        await account.ArriveAsync(account.Arrival(openId, "unsubscribe", at: moment));
        SyncRun? run = await account.DrainAsync();

        (await account.Tables.ReadAsync<string>("select concat_ws(' ', source, unfollowed_after, unfollowed_before, followed_again_at, ended_at) from wechat.past_episodes"))
            .ShouldStartWith("event", Case.Sensitive, $"{run} {await account.Tables.ReadAsync<string>("select json_agg(a)::text from followersync.arrivals a")} {await account.Tables.ReadAsync<string>($"select to_json(f)::text from wechat.followers f where openid = '{openId}'")}");
    }

    private static async Task<SyncedAccount> StartAsync(SimulatedClock clock)
    {
        SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 600, TimeProvider = clock }, settings => settings.AttemptTimeout = TimeSpan.FromMinutes(1));
        await clock.InstallAsync(account.Tables);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        return account;
    }

    private static async Task<ToldLife> LiveAsync(SyncedAccount account, SimulatedClock clock, int lostInAHundred)
    {
        ToldLife life = new(account, clock, lostInAHundred);
        for (int day = 0; day < Days; day++)
        {
            // Where messages get lost nobody may come and go around midnight: of such a visit nothing would be left.
            foreach (double hour in new[] { 9, 19, lostInAHundred > 0 ? 23.5 : 23 + (59.5 / 60) })
            {
                await clock.MoveToAsync(account.Tables, Start.AddDays(day).AddHours(hour));
                await life.LiveAsync();
                await life.DeliverAsync();
                if (hour < 20)
                    await account.DrainAsync();
            }

            await clock.MoveToAsync(account.Tables, Start.AddDays(day).AddHours(27));
            (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        }

        await life.DeliverAsync(all: true);
        await account.DrainAsync();
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromMinutes(10));
        SyncRun last = await account.SyncAsync();
        last.Status.ShouldBe(RunStatus.Succeeded, last.Error);
        (await account.CountAsync("waiting")).ShouldBe(0);
        return life;
    }

    private static async Task<T[]> ReadAsync<T>(SyncedAccount account, string sql)
    {
        await using NpgsqlConnection connection = await account.Tables.DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql)];
    }

    private static long? Known(long number, bool isKnown) => isKnown ? number : null;

    private sealed record Day(DateTime Date, long New, long Returned, long? LeftAtLeast, long? LeftAtMost, long? FollowersAtLeast, long? FollowersAtMost)
    {
        public const string Sql =
            "select day::timestamp as date, new, returned, left_at_least, left_at_most, followers_at_least, followers_at_most from wechat.daily_totals order by day";
    }
}
