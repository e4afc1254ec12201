using Dapper;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using Npgsql;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>What the database tells of the past, against what the emulator knows happened.</summary>
public sealed class HistoryTests
{
    private const int Days = 60;

    [Fact]
    public async Task A_changed_profile_leaves_its_old_version_and_says_what_changed()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        await account.SyncAsync();
        EmulatedFollower before = account.Truth.Followers().First();
        account.Truth.SetProfile(before.OpenId, f => f with { Remark = "vip", TagIdList = [2, 7], GroupId = 7 });
        await account.SyncAsync();
        await account.SyncAsync();

        (string? Remark, string[]? Replaced, bool Joins)[] versions = await ReadAsync<(string?, string[]?, bool)>(
            account,
            $"""
            select remark, replaced, valid_from is not distinct from lag(valid_to) over (order by valid_from) or replaced is not null
            from wechat.follower_history where openid = '{before.OpenId}' order by valid_from
            """);

        versions.Length.ShouldBe(2);
        versions[0].Remark.ShouldBe(before.Remark.Length == 0 ? null : before.Remark);
        versions[0].Replaced.ShouldBe(["remark", "groupid", "tagid_list"], ignoreOrder: true);
        versions[1].Remark.ShouldBe("vip");
        versions[1].Replaced.ShouldBeNull();
        versions.ShouldAllBe(v => v.Joins, "a version begins where the last one ends");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.follower_versions")).ShouldBe(1, "only what changed is written");
    }

    [Fact]
    public async Task Sixty_days_of_coming_going_and_changing_are_told_as_they_were()
    {
        SimulatedClock clock = new();
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 400, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        Life life = new(account, clock);
        List<(long RunId, Dictionary<string, EmulatedFollower> Truth)> days = [];
        for (int day = 0; day < Days; day++)
        {
            await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(18));
            if (day > 0)
                life.LiveADay();
            await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(3));
            life.ComeBack();
            await clock.AdvanceAsync(account.Tables, TimeSpan.FromHours(3));
            SyncRun run = await account.SyncAsync();
            run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
            days.Add((run.RunId, account.Truth.Followers().ToDictionary(f => f.OpenId)));
        }

        foreach ((long runId, Dictionary<string, EmulatedFollower> truth) in days)
            await HistoryShouldBeAsync(account, runId, truth);
        await EpisodesShouldBeAsync(account, life);
        await TotalsShouldBeAsync(account, life);
        await GrowthShouldBeAsync(account, life);
        await ChurnShouldBeAsync(account, life);
        await SizesShouldBeAsync(account, days);
        await account.FactsShouldBeAFullCountAsync();
    }

    /// <summary>As of the end of a run the history tells what the emulator knew then.</summary>
    private static async Task HistoryShouldBeAsync(SyncedAccount account, long runId, Dictionary<string, EmulatedFollower> truth)
    {
        (string OpenId, string? Nickname, int GroupId, int[] Tags, DateTime SubscribeTime)[] told = await ReadAsync<(string, string?, int, int[], DateTime)>(
            account,
            $"""
            select h.openid, h.nickname, h.groupid, h.tagid_list, h.subscribe_time
            from wechat.follower_history h, wechat.sync_runs r
            where r.run_id = {runId} and h.subscribe and h.valid_from <= r.finished_at and (h.valid_to > r.finished_at or h.valid_to is null)
            """);
        told.Length.ShouldBe(truth.Count, $"run {runId}");
        foreach ((string openId, string? nickname, int groupId, int[] tags, DateTime subscribeTime) in told)
        {
            EmulatedFollower person = truth[openId];
            (nickname ?? "").ShouldBe(person.Nickname);
            groupId.ShouldBe(person.GroupId);
            tags.ShouldBe(person.TagIdList);
            new DateTimeOffset(subscribeTime).ToUnixTimeSeconds().ShouldBe(person.SubscribeTime);
        }
    }

    private static async Task EpisodesShouldBeAsync(SyncedAccount account, Life life)
    {
        (string OpenId, DateTime FollowedAt, DateTime? After, DateTime? Before, string? Source)[] told = await ReadAsync<(string, DateTime, DateTime?, DateTime?, string?)>(
            account, "select openid, followed_at, unfollowed_after, unfollowed_before, source from wechat.follow_episodes order by openid, followed_at");
        told.Length.ShouldBe(life.Episodes.Count);
        foreach (((string openId, DateTime followedAt, DateTime? after, DateTime? before, string? source), Episode truth) in
            told.Zip(life.Episodes.OrderBy(e => e.OpenId, StringComparer.Ordinal).ThenBy(e => e.FollowedAt)))
        {
            openId.ShouldBe(truth.OpenId);
            new DateTimeOffset(followedAt).ToUnixTimeSeconds().ShouldBe(truth.FollowedAt);
            (before is null).ShouldBe(truth.LeftAt is null);
            if (truth.LeftAt is not { } left)
                continue;

            source.ShouldBeOneOf("listing", "answer");
            new DateTimeOffset(after!.Value).ShouldBeLessThanOrEqualTo(left);
            new DateTimeOffset(before!.Value).ShouldBeGreaterThanOrEqualTo(left);
            (before.Value - after.Value).ShouldBeLessThan(TimeSpan.FromHours(25), "the bounds are one sync apart");
        }
    }

    private static async Task TotalsShouldBeAsync(SyncedAccount account, Life life)
    {
        (DateTime Day, long? AtLeast, long? AtMost, long New, long Returned, long? LeftAtLeast, long? LeftAtMost)[] told = await ReadAsync<(DateTime, long?, long?, long, long, long?, long?)>(
            account, "select day::timestamp, followers_at_least, followers_at_most, new, returned, left_at_least, left_at_most from wechat.daily_totals order by day");
        (DateTime knownDay, DateTime lastDay) = (await ReadAsync<(DateTime, DateTime)>(account, "select known_day::timestamp, last_day::timestamp from wechat.known_days")).Single();
        told[^1].Day.ShouldBe(lastDay);
        lastDay.ShouldBe(knownDay.AddDays(Days - 2), "the day of the last run is not over, and the first run began in the middle of a day");
        foreach ((DateTime day, long? atLeast, long? atMost, long came, long returned, long? leftAtLeast, long? leftAtMost) in told)
        {
            DateTimeOffset end = new(day.AddDays(1), TimeSpan.FromHours(8));
            bool IsToday(DateTimeOffset moment) => moment >= end.AddDays(-1) && moment < end;
            Episode[] begun = [.. life.Episodes.Where(e => IsToday(DateTimeOffset.FromUnixTimeSeconds(e.FollowedAt)))];
            came.ShouldBe(begun.Length, $"new on {day:d}");
            returned.ShouldBe(begun.Count(e => life.Episodes.Any(o => o.OpenId == e.OpenId && o.FollowedAt < e.FollowedAt)), $"returned on {day:d}");
            ShouldBeKnown(life.LeftIn(end.AddDays(-1), end), leftAtLeast, leftAtMost, day > knownDay, $"left on {day:d}");
            ShouldBeKnown(life.FollowingAt(end), atLeast, atMost, day >= knownDay, $"followers on {day:d}");
        }
    }

    /// <summary>The true growth of every week that was known when it began lies within its bounds.</summary>
    private static async Task GrowthShouldBeAsync(SyncedAccount account, Life life)
    {
        (DateTime Week, DateTime Until, long? AtLeast, long? AtMost)[] told = await ReadAsync<(DateTime, DateTime, long?, long?)>(
            account, "select week::timestamp, seen_until, net_at_least, net_at_most from wechat.growth_by_week order by week");
        DateTimeOffset known = new((await ReadAsync<DateTime>(account, "select known_from from wechat.known_days")).Single());
        told.Count(w => w.AtLeast is not null).ShouldBeGreaterThan((Days / 7) - 2);
        foreach ((DateTime week, DateTime until, long? atLeast, long? atMost) in told)
        {
            DateTimeOffset start = new(week, TimeSpan.FromHours(8));
            ShouldBeKnown(life.FollowingAt(new DateTimeOffset(until)) - life.FollowingAt(start), atLeast, atMost, start >= known, $"growth in the week of {week:d}");
        }
    }

    private static async Task ChurnShouldBeAsync(SyncedAccount account, Life life)
    {
        (DateTime Month, DateTime Until, long? AtLeast, long? AtMost, long? BeforeAtLeast, long? BeforeAtMost)[] told = await ReadAsync<(DateTime, DateTime, long?, long?, long?, long?)>(
            account, "select month::timestamp, seen_until, left_at_least, left_at_most, followers_before_at_least, followers_before_at_most from wechat.churn order by month");
        DateTimeOffset known = new((await ReadAsync<DateTime>(account, "select known_from from wechat.known_days")).Single());
        told.ShouldContain(m => m.AtLeast != null);
        foreach ((DateTime month, DateTime until, long? atLeast, long? atMost, long? beforeAtLeast, long? beforeAtMost) in told)
        {
            DateTimeOffset start = new(month, TimeSpan.FromHours(8));
            ShouldBeKnown(life.LeftIn(start, new DateTimeOffset(until)), atLeast, atMost, start >= known, $"left in {month:y}");
            ShouldBeKnown(life.FollowingAt(start), beforeAtLeast, beforeAtMost, start >= known, $"followers before {month:y}");
            ((atMost ?? 0) - (atLeast ?? 0)).ShouldBeLessThanOrEqualTo(2 * Life.LeaveADay, "only who left around the ends of a month is in doubt");
        }
    }

    private static void ShouldBeKnown(long truth, long? atLeast, long? atMost, bool isKnown, string what)
    {
        if (isKnown)
            truth.ShouldBeInRange(atLeast.ShouldNotBeNull(what), atMost.ShouldNotBeNull(what), what);
        else
            (atLeast, atMost).ShouldBe((null, null), what);
    }

    /// <summary>Groups and tags at the end of every month are those of the last run of the month.</summary>
    private static async Task SizesShouldBeAsync(SyncedAccount account, List<(long RunId, Dictionary<string, EmulatedFollower> Truth)> days)
    {
        Dictionary<long, DateTime> months = (await ReadAsync<(long, DateTime)>(
            account, "select run_id, date_trunc('month', finished_at at time zone 'Asia/Shanghai') from wechat.sync_runs")).ToDictionary(r => r.Item1, r => r.Item2);
        foreach (IGrouping<DateTime, Dictionary<string, EmulatedFollower>> month in days.GroupBy(d => months[d.RunId], d => d.Truth))
        {
            EmulatedFollower[] people = [.. month.Last().Values];
            (int Id, long People)[] groups = await ReadAsync<(int, long)>(account, Sizes("group_sizes", "groupid", month.Key));
            groups.ShouldBe(people.GroupBy(p => p.GroupId).Select(g => (g.Key, (long)g.Count())).OrderBy(g => g.Key));
            (int Id, long People)[] tags = await ReadAsync<(int, long)>(account, Sizes("tag_sizes", "tag_id", month.Key));
            tags.ShouldBe(people.SelectMany(p => p.TagIdList).GroupBy(tag => tag).Select(g => (g.Key, (long)g.Count())).OrderBy(g => g.Key));
        }

        static string Sizes(string view, string id, DateTime month) =>
            FormattableString.Invariant($"select * from (select distinct on ({id}) {id}, people from wechat.{view} where month <= '{month:yyyy-MM-dd}' order by {id}, month desc) s where people > 0 order by 1");
    }

    private static async Task<T[]> ReadAsync<T>(SyncedAccount account, string sql)
    {
        await using NpgsqlConnection connection = await account.Tables.DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql)];
    }

    private sealed record Episode(string OpenId, long FollowedAt, DateTimeOffset? LeftAt);

    /// <summary>Lets people follow, leave, return, change name, group and tags by a seed, and keeps the truth.</summary>
    private sealed class Life(SyncedAccount account, SimulatedClock clock)
    {
        public const int LeaveADay = 3;

        private readonly Random _dice = new(20_261_122);
        private readonly List<string> _away = [];
        private readonly List<string> _backToday = [];

        public long FollowingAt(DateTimeOffset moment) =>
            Episodes.Count(e => DateTimeOffset.FromUnixTimeSeconds(e.FollowedAt) < moment && (e.LeftAt is null || e.LeftAt >= moment));

        public long LeftIn(DateTimeOffset start, DateTimeOffset end) => Episodes.Count(e => e.LeftAt >= start && e.LeftAt < end);

        public List<Episode> Episodes { get; } = [.. account.Truth.Followers().Select(f => new Episode(f.OpenId, f.SubscribeTime, LeftAt: null))];

        public void LiveADay()
        {
            string[] people = [.. account.Truth.Followers().Select(f => f.OpenId)];
            _dice.Shuffle(people);
            if (_away.Count > 5)
            {
                string returning = _away[_dice.Next(_away.Count)];
                _away.Remove(returning);
                Begin(account.Truth.Follow(returning));
            }
            foreach (string openId in people[..LeaveADay])
                Leave(openId);
            _backToday.Add(people[0]);
            foreach (string openId in people[3..6])
                account.Truth.SetProfile(openId, f => f with { Nickname = $"改名 {_dice.Next(1_000)}" });
            foreach (string openId in people[6..9])
                account.Truth.SetProfile(openId, f => f with { GroupId = _dice.Next(100, 103), TagIdList = [_dice.Next(100, 103)] });
            for (int i = _dice.Next(4); i > 0; i--)
                Begin(account.Truth.AddFollower());
        }

        /// <summary>Those who left only for hours: no sync sees them gone.</summary>
        public void ComeBack()
        {
            foreach (string openId in _backToday)
            {
                _away.Remove(openId);
                Begin(account.Truth.Follow(openId));
            }

            _backToday.Clear();
        }

        private void Begin(EmulatedFollower person) => Episodes.Add(new Episode(person.OpenId, person.SubscribeTime, LeftAt: null));

        private void Leave(string openId)
        {
            account.Truth.Unfollow(openId);
            _away.Add(openId);
            int last = Episodes.FindLastIndex(e => e.OpenId == openId);
            Episodes[last] = Episodes[last] with { LeftAt = clock.GetUtcNow() };
        }
    }
}
