using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>When people followed and left, where WeChat's times do not tell, and where nobody looked.</summary>
public sealed class FollowBoundsTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string Info = "/cgi-bin/user/info";
    private const string UserGet = "/cgi-bin/user/get";

    private static readonly EmulatorOptions Small = new() { Followers = 300, PageSize = 100 };

    [Theory]
    [InlineData("the same")]
    [InlineData("earlier")]
    [InlineData("none")]
    public async Task Who_returns_with_a_time_of_before_has_followed_since_being_known_as_gone(string answered)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        (string openId, long first) = (account.Truth.Followers().First().OpenId, account.Truth.Followers().First().SubscribeTime);
        await account.SyncAsync();
        account.Truth.Unfollow(openId);
        await account.SyncAsync();
        account.Truth.Follow(openId);
        account.Truth.SetProfile(openId, f => f with { SubscribeTime = answered switch { "the same" => first, "earlier" => first - 86_400, _ => 0 } });

        (await account.SyncAsync()).Changed.ShouldBe(1);

        (await TestAsync(
            account,
            openId,
            $"""
            f.subscribe and f.followed_after = p.unfollowed_before and f.followed_before > f.followed_after and p.followed_at = to_timestamp({first})
            and p.followed_before is null and p.unfollowed_after < p.unfollowed_before and p.followed_again_at is null and f.first_followed_at = p.followed_at
            """)).ShouldBeTrue("no two episodes begin at one time");
        (await account.SyncAsync()).Changed.ShouldBe(0, "an unchanged night writes no row");
        account.Truth.SetProfile(openId, f => f with { SubscribeTime = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() });
        (await account.SyncAsync()).Changed.ShouldBe(1);
        (await TestAsync(account, openId, "f.followed_after is null and f.followed_before is null and f.subscribe_time > p.followed_at")).ShouldBeTrue("now the time tells");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.past_episodes")).ShouldBe(1, "it is the same follow");
    }

    [Fact]
    public async Task Who_leaves_again_keeps_the_bounds_of_the_follow()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        (string openId, long first) = (account.Truth.Followers().First().OpenId, account.Truth.Followers().First().SubscribeTime);
        await account.SyncAsync();
        for (int times = 0; times < 2; times++)
        {
            account.Truth.Unfollow(openId);
            await account.SyncAsync();
            account.Truth.Follow(openId);
            account.Truth.SetProfile(openId, f => f with { SubscribeTime = first });
            await account.SyncAsync();
        }

        (await account.Tables.ReadAsync<bool>(
            """
            select count(*) = 2 and count(followed_at) = 1 and bool_and(followed_at is not null or (followed_after < followed_before and followed_before <= unfollowed_after))
            from wechat.past_episodes
            """)).ShouldBeTrue();
        (await TestAsync(account, openId, "f.followed_after = p.unfollowed_before and p.is_return")).ShouldBeTrue();
    }

    [Fact]
    public async Task Whom_WeChat_gives_no_time_for_followed_between_the_list_before_and_the_first_look()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string early = account.Truth.Followers().First().OpenId;
        account.Truth.SetProfile(early, f => f with { SubscribeTime = 0 });
        await account.SyncAsync();
        string late = account.Truth.AddFollower().OpenId;
        account.Truth.SetProfile(late, f => f with { SubscribeTime = 0 });

        (await account.SyncAsync()).Added.ShouldBe(1);

        (await TestAsync(account, early, "f.followed_after is null and f.followed_before = f.first_seen_at")).ShouldBeTrue("nobody had looked before");
        (await TestAsync(account, late, "f.followed_after = (select min(started_at) from followersync.listings) and f.followed_before = f.first_seen_at")).ShouldBeTrue();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where followed_before is not null")).ShouldBe(2, "WeChat's time tells of the others");
        (await account.SyncAsync()).Changed.ShouldBe(0);
        account.Truth.SetProfile(early, f => f with { SubscribeTime = 1_600_000_000 });
        await account.SyncAsync();
        (await TestAsync(account, early, "f.followed_before is null and f.subscribe_time = to_timestamp(1600000000) and p.openid is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_time_after_the_person_was_seen_following_tells_of_a_return()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().First().OpenId;
        account.Truth.SetProfile(openId, f => f with { SubscribeTime = 0 });
        await account.SyncAsync();
        await account.Tables.ExecuteAsync($"update wechat.followers set followed_before = followed_before - interval '1 hour' where openid = '{openId}'");
        account.Truth.SetProfile(openId, f => f with { SubscribeTime = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() });

        await account.SyncAsync();

        (await TestAsync(account, openId, "f.followed_before is null and p.followed_at is null and p.followed_before < p.unfollowed_before and p.followed_again_at = f.subscribe_time")).ShouldBeTrue();
    }

    [Fact]
    public async Task Lists_that_named_a_refused_person_do_not_say_that_the_person_did_not_follow()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().First().OpenId;
        await account.SyncAsync();
        await account.Tables.ExecuteAsync($"delete from wechat.followers where openid = '{openId}'");
        account.Truth.SetProfile(openId, f => f with { SubscribeTime = 0 });
        Refuse(account, openId);
        await account.SyncAsync();
        await account.SyncAsync();
        await AnswerAsync(account);

        (await account.SyncAsync()).Added.ShouldBe(1);

        (await TestAsync(account, openId, "f.followed_after = (select min(started_at) from followersync.listings)")).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_was_listed_and_left_before_the_first_answer_followed_by_the_page()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().Last().OpenId;
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, OpenId = openId });

        await account.SyncAsync();

        (await TestAsync(account, openId, "not f.subscribe and f.followed_after is null and f.followed_before = f.unfollowed_after and f.followed_before = (select page_times[3] from followersync.listings)")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("whole lists")]
    [InlineData("a short list")]
    [InlineData("a rejection of others")]
    [InlineData("a list that names the person")]
    public async Task A_refused_person_who_leaves_was_not_following_when_the_lists_lacked_the_person(string between)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().First().OpenId;
        await account.SyncAsync();
        Refuse(account, openId);
        DateTimeOffset? back = null;
        if (between == "a list that names the person")
        {
            account.Truth.Unfollow(openId);
            await account.SyncAsync();
            back = await NowAsync(account);
            account.Truth.Follow(openId);
            await account.SyncAsync();
        }

        DateTimeOffset left = await NowAsync(account);
        account.Truth.Unfollow(openId);
        await account.SyncAsync();
        if (between == "a short list")
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 2, Times = 1 });
        if (between == "a rejection of others")
            await RejectOthersAsync(account);
        await account.SyncAsync();
        await account.SyncAsync();
        await AnswerAsync(account);

        SyncRun run = await account.SyncAsync();

        run.Unsubscribed.ShouldBe(1, run.Error);
        (DateTimeOffset after, DateTimeOffset before) = await LeftAsync(account, openId);
        after.ShouldBeLessThanOrEqualTo(left);
        before.ShouldBeGreaterThanOrEqualTo(left);
        if (back is { } seen)
            after.ShouldBeGreaterThan(seen, "the list that named the person again");
        (await account.Tables.ReadAsync<long>($"select count(*) from followersync.unfollow_candidates where openid = '{openId}'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_person_who_left_and_came_back_was_not_following_when_the_lists_lacked_the_person(bool isListedFirst)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().First().OpenId;
        await account.SyncAsync();
        Refuse(account, openId);
        DateTimeOffset left = await NowAsync(account);
        account.Truth.Unfollow(openId);
        await account.SyncAsync();
        await account.SyncAsync();
        await AnHourLaterAsync(account);
        account.Truth.Follow(openId);
        if (isListedFirst)
            await account.SyncAsync();
        await AnswerAsync(account);

        await account.SyncAsync();

        (await account.Tables.ReadAsync<DateTime>($"select unfollowed_after from wechat.past_episodes where openid = '{openId}'")).ShouldBeLessThanOrEqualTo(left.AddHours(-1).UtcDateTime);
        (await TestAsync(account, openId, "f.subscribe and p.unfollowed_before = f.subscribe_time")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_late_approval_keeps_when_WeChat_first_said_that_people_are_gone()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        (string gone, string back) = await HoldAsync(account);
        DateTimeOffset said = await NowAsync(account);
        account.Truth.Follow(back);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 2, Times = 1 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Held);
        account.Truth.Unfollow(back);
        SyncRun last = await account.SyncAsync();
        DateTimeOffset seen = await NowAsync(account);

        (await account.NewApproval().ApproveAsync(last.RunId, seen: null, [account.Account], default)).Unsubscribed.ShouldBe(100);

        (DateTimeOffset after, DateTimeOffset before) = await LeftAsync(account, gone);
        before.ShouldBeLessThan(said, "the first proof");
        after.ShouldBeLessThan(before);
        (after, before) = await LeftAsync(account, back);
        before.ShouldBeInRange(said, seen, "a list, though not a complete one, named the person after the first proof");
        after.ShouldBeLessThan(before);
    }

    [Fact]
    public async Task Who_is_held_and_comes_back_had_left_by_the_first_proof()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        (_, string back) = await HoldAsync(account);
        DateTimeOffset said = await NowAsync(account);
        await AnHourLaterAsync(account);
        account.Truth.Follow(back);

        await account.SyncAsync();

        (await TestAsync(account, back, $"f.subscribe and p.unfollowed_before < '{said:O}'::timestamptz - interval '50 minutes' and p.unfollowed_after < p.unfollowed_before and p.followed_again_at = f.subscribe_time"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Who_is_back_when_asked_about_and_gets_no_time_was_not_following_when_the_list_lacked_the_person()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().First().OpenId;
        await account.SyncAsync();
        DateTimeOffset left = await NowAsync(account);
        account.Truth.Unfollow(openId);
        await account.SyncAsync(new Moment(p => p.Phase == SyncPhase.Confirming, () =>
        {
            account.Truth.Follow(openId);
            account.Truth.SetProfile(openId, f => f with { SubscribeTime = 0 });
        }));
        (await TestAsync(account, openId, "f.subscribe and p.openid is null")).ShouldBeTrue();
        await AnHourLaterAsync(account);
        account.Truth.SetProfile(openId, f => f with { SubscribeTime = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() });

        await account.SyncAsync();

        (await TestAsync(account, openId, $"p.unfollowed_after <= '{left.AddHours(-1):O}' and p.unfollowed_before = f.subscribe_time")).ShouldBeTrue();
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.unfollow_candidates")).ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_that_waits_to_be_stored_says_nothing_of_the_time_it_waits()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small with { Latency = TimeSpan.FromMilliseconds(30) });
        string openId = account.Truth.Followers().Select(f => f.OpenId).Order(StringComparer.Ordinal).First();
        await account.SyncAsync();
        account.Sync.BatchesInFlight = 1;
        account.Truth.SetProfile(openId, f => f with { Remark = "met in May" });
        DateTimeOffset left = default;
        (await account.SyncAsync(new Moment(p => p.Fetched > 0, () =>
        {
            left = TimeProvider.System.GetUtcNow();
            account.Truth.Unfollow(openId);
        }))).Changed.ShouldBe(1);

        (await account.SyncAsync()).Unsubscribed.ShouldBe(1);

        (DateTimeOffset after, DateTimeOffset before) = await LeftAsync(account, openId);
        after.ShouldBeLessThanOrEqualTo(left);
        before.ShouldBeGreaterThanOrEqualTo(left);
    }

    [Fact]
    public async Task A_list_does_not_say_that_who_came_back_while_it_was_read_was_following_at_its_beginning()
    {
        SimulatedClock clock = new(new DateTimeOffset(2026, 5, 10, 3, 0, 0, TimeSpan.FromHours(8)));
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 50, TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        // On the last page, and not in the slice of the night.
        string openId = account.Truth.Followers().TakeLast(50).Select(f => f.OpenId).Order(StringComparer.Ordinal).Last();
        await account.SyncAsync();
        (account.Sync.ProfileRefresh, account.Sync.RotateDays) = (ProfileRefresh.Rotate, 28);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(1));
        await account.SyncAsync();
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(1));
        DateTimeOffset left = clock.GetUtcNow();
        account.Truth.Unfollow(openId);
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromMinutes(3));
        SyncRun night = await account.SyncAsync(new Moment(p => p.Listed > 0, () =>
        {
            clock.Advance(account.Tables, TimeSpan.FromMinutes(2));
            account.Truth.Follow(openId);
            clock.Advance(account.Tables, TimeSpan.FromMinutes(3));
        }));
        (night.Status, night.Changed, night.Unchanged < 30).ShouldBe((RunStatus.Succeeded, 0, true), night.Error);
        (await TestAsync(account, openId, "exists (select 1 from followersync.listing_openids where openid = f.openid)")).ShouldBeTrue();
        (await TestAsync(account, openId, "f.subscribe and p.openid is null")).ShouldBeTrue();
        await clock.AdvanceAsync(account.Tables, TimeSpan.FromDays(1));
        account.Sync.ProfileRefresh = ProfileRefresh.Full;

        await account.SyncAsync();

        (await TestAsync(account, openId, $"p.unfollowed_after between '{left.AddDays(-1):O}' and '{left:O}' and p.unfollowed_before = '{left.AddMinutes(5):O}'")).ShouldBeTrue();
    }

    /// <returns>Two of a hundred who left, and whom the brake holds.</returns>
    private static async Task<(string Gone, string Back)> HoldAsync(SyncedAccount account)
    {
        await account.SyncAsync();
        string[] people = [.. account.Truth.Followers().Take(100).Select(f => f.OpenId)];
        foreach (string openId in people)
            account.Truth.Unfollow(openId);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Held);
        return (people[1], people[0]);
    }

    private static async Task RejectOthersAsync(SyncedAccount account)
    {
        string[] people = [.. account.Truth.Followers().Take(100).Select(f => f.OpenId)];
        foreach (string openId in people)
            account.Truth.Unfollow(openId);
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held);
        foreach (string openId in people)
            account.Truth.SetProfile(openId, f => f with { Subscribe = true });
        await account.NewApproval().RejectAsync(held.RunId, seen: null, default);
    }

    private static void Refuse(SyncedAccount account, string openId)
    {
        foreach (string path in new[] { BatchGet, Info })
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = path, OpenId = openId });
    }

    private static Task AnswerAsync(SyncedAccount account)
    {
        account.Emulator.Faults.Clear();
        return account.Tables.ExecuteAsync("update followersync.rejected_openids set next_attempt_at = now()");
    }

    private static Task AnHourLaterAsync(SyncedAccount account) => account.Tables.ExecuteAsync(
        """
        update followersync.unfollow_candidates set gone_by = gone_by - interval '1 hour', missing_since = missing_since - interval '1 hour';
        update followersync.listings set started_at = started_at - interval '1 hour', listed_at = listed_at - interval '1 hour';
        update wechat.followers
        set changed_at = changed_at - interval '1 hour', answered_at = answered_at - interval '1 hour', first_seen_at = first_seen_at - interval '1 hour';
        """);

    private static async Task<DateTimeOffset> NowAsync(SyncedAccount account) => await account.Tables.ReadAsync<DateTime>("select clock_timestamp()");

    private static async Task<(DateTimeOffset After, DateTimeOffset Before)> LeftAsync(SyncedAccount account, string openId) => (
        await account.Tables.ReadAsync<DateTime>($"select unfollowed_after from wechat.followers where openid = '{openId}'"),
        await account.Tables.ReadAsync<DateTime>($"select unfollowed_before from wechat.followers where openid = '{openId}'"));

    /// <summary>Asks about the person's row <c>f</c> and newest episode <c>p</c> before.</summary>
    private static Task<bool> TestAsync(SyncedAccount account, string openId, string condition) => account.Tables.ReadAsync<bool>(
        $"""
        select ({condition}) is true
        from wechat.followers f left join lateral (select * from wechat.past_episodes where openid = f.openid order by ended_at desc limit 1) p on true
        where f.openid = '{openId}'
        """);

    /// <summary>Does something once, while a run goes on.</summary>
    private sealed class Moment(Func<SyncProgress, bool> isIt, Action act) : IProgress<SyncProgress>
    {
        private bool _isOver;

        public void Report(SyncProgress value)
        {
            if (_isOver || !isIt(value))
                return;
            _isOver = true;
            act();
        }
    }
}
