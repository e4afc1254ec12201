using FollowerSync.Arrivals;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>A short run asks WeChat about whoever arrived; the answer decides.</summary>
public sealed class EventRunTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 300, PageSize = 200 };

    [Fact]
    public async Task Who_follows_stands_in_the_table_with_every_column()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string[] people = account.NewFollowers(3);
        await account.ArriveAsync([.. people.Select(openId => account.Arrival(openId))]);

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Trigger.ShouldBe(SyncTrigger.Event);
        run.Added.ShouldBe(3);
        (await account.CountAsync("done")).ShouldBe(3);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Nobody_who_arrived_in_the_last_seconds_is_asked_about_yet()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        Arrival arrival = account.Arrival(account.NewFollowers(1)[0]);
        await account.Database.RunAsync(tx => ArrivalStore.InsertAsync(tx, [arrival]), default);

        (await account.DrainAsync()).ShouldBeNull();

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(0);
    }

    [Fact]
    public async Task An_arrival_stored_by_a_clock_that_was_set_back_since_is_due()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]), account.Arrival(account.NewFollowers(1)[0]));
        await account.Tables.ExecuteAsync("update followersync.arrivals set received_at = now() + interval '1 year'");
        await account.Tables.ExecuteAsync("update followersync.arrivals set not_before = now() + interval '1 year' where arrival_id = (select min(arrival_id) from followersync.arrivals)");

        (await account.DrainAsync()).ShouldNotBeNull().Added.ShouldBe(2);
    }

    [Fact]
    public async Task One_question_answers_all_the_arrivals_of_a_person()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.NewFollowers(1)[0];
        await account.ArriveAsync([.. Enumerable.Range(0, 250).Select(i => account.Arrival(openId, i % 2 == 0 ? "view" : ArrivalKinds.Subscribe))]);

        (await account.DrainAsync()).ShouldNotBeNull().Added.ShouldBe(1);

        (await account.CountAsync("waiting") + await account.CountAsync("done")).ShouldBe(250);
        account.Batches().ShouldBeLessThanOrEqualTo(2);
        (await account.CountAsync("waiting")).ShouldBe(0);
    }

    [Fact]
    public async Task Who_comes_goes_and_comes_before_being_asked_about_is_new_and_has_one_version()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.NewFollowers(1)[0];
        account.Truth.SetProfile(openId, f => f with { TagIdList = [7] });
        DateTimeOffset came = FollowedAt(account, openId);
        await account.ArriveAsync(
            account.Arrival(openId, at: came.AddSeconds(-9)), account.Arrival(openId, ArrivalKinds.Unsubscribe, at: came.AddSeconds(-4)), account.Arrival(openId, at: came));

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        (run.Added, run.Changed, run.Unsubscribed).ShouldBe((1, 0, 0));
        await account.ShouldEqualTruthAsync();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.follower_versions")).ShouldBe(0, "nobody ever saw the row without a profile");
        (await account.Tables.ReadAsync<string>($"select string_agg(kind, ' ') from wechat.changes where openid = '{openId}'")).ShouldBe("added");
        (await account.Tables.ReadAsync<bool>(
            $"""
            select p.followed_at = '{came.AddSeconds(-9):O}' and p.unfollowed_after = '{came.AddSeconds(-4):O}' and p.unfollowed_before = p.unfollowed_after and p.followed_again_at = f.subscribe_time
                   and f.first_followed_at = p.followed_at and p.ended_at = f.changed_at
            from wechat.past_episodes p join wechat.followers f using (openid)
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_second_of_a_message_and_the_time_that_WeChat_answers_later_are_one_follow()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.NewFollowers(1)[0];
        DateTimeOffset came = FollowedAt(account, openId);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.MissingKeys, Keys = ["subscribe_time"], OpenId = openId });
        await account.ArriveAsync(account.Arrival(openId, at: came.AddSeconds(-1)));
        SyncRun first = (await account.DrainAsync()).ShouldNotBeNull();
        (first.Added, first.Changed).ShouldBe((1, 0));
        (await account.Tables.ReadAsync<bool>($"select subscribe_time = '{came.AddSeconds(-1):O}' and followed_before is null from wechat.followers where openid = '{openId}'")).ShouldBeTrue();
        account.Emulator.Faults.Clear();

        (await account.SyncAsync()).Changed.ShouldBe(1);

        await account.ShouldEqualTruthAsync();
        (await account.Tables.ReadAsync<string>($"select string_agg(kind, ' ' order by change_id) from wechat.changes where openid = '{openId}'")).ShouldBe("added changed");
        (await account.Tables.ReadAsync<long>("select (select count(*) from wechat.past_episodes) + (select count(first_followed_at) from wechat.followers)")).ShouldBe(0, "nobody came back");
    }

    [Fact]
    public async Task A_visitor_who_does_not_follow_is_a_visitor_only()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string stranger = account.NewFollowers(1)[0];
        account.Truth.Unfollow(stranger);
        string follower = account.Truth.Followers().First().OpenId;
        await account.VisitAsync(stranger);
        await account.VisitAsync(follower);

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);

        (await account.FollowsAsync(stranger)).ShouldBeNull();
        (await account.FollowsAsync(follower)).ShouldBe(true);
        (await account.Tables.ReadAsync<bool>($"select subscribed from wechat.visitors where openid = '{stranger}'")).ShouldBeFalse();
        (await account.Tables.ReadAsync<bool>($"select subscribed from wechat.visitors where openid = '{follower}'")).ShouldBeTrue();
        (await account.CountAsync("done")).ShouldBe(2);
    }

    [Theory]
    [InlineData(ArrivalKinds.Import, false)]
    [InlineData(ArrivalKinds.Visit, false)]
    [InlineData(ArrivalKinds.Unsubscribe, false)]
    [InlineData(ArrivalKinds.Subscribe, true)]
    public async Task Without_a_second_witness_nobody_is_marked_as_gone(string kind, bool trusted)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;
        account.Truth.Unfollow(openId);
        await account.ArriveAsync(account.Arrival(openId, kind, trusted));

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        run.Unsubscribed.ShouldBe(0);
        (await account.FollowsAsync(openId)).ShouldBe(true);
        (await account.CountAsync("done")).ShouldBe(1);
        account.Emulator.Requests.Count("/cgi-bin/user/info").ShouldBe(0);
        (await account.SyncAsync()).Unsubscribed.ShouldBe(1);
    }

    [Fact]
    public async Task A_signed_leaving_and_the_answer_are_two_witnesses()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        EmulatedFollower leaver = account.Truth.Followers().First();
        account.Truth.Unfollow(leaver.OpenId);
        DateTimeOffset left = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await account.ArriveAsync(account.Arrival(leaver.OpenId, ArrivalKinds.Unsubscribe, at: left));

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        run.Unsubscribed.ShouldBe(1);
        (await account.FollowsAsync(leaver.OpenId)).ShouldBe(false);
        (await account.Tables.ReadAsync<DateTime>($"select unfollowed_before from wechat.followers where openid = '{leaver.OpenId}'")).ShouldBe(left.UtcDateTime);
        (await account.Tables.ReadAsync<string>($"select unfollow_source from wechat.followers where openid = '{leaver.OpenId}'")).ShouldBe("event");
        (await account.Tables.ReadAsync<long>("select unsubscribed from wechat.sync_runs where trigger = 'event'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_signed_leaving_marks_nobody_whom_WeChat_answers_as_following()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;
        await account.ArriveAsync(account.Arrival(openId, ArrivalKinds.Unsubscribe, at: TimeProvider.System.GetUtcNow().AddMinutes(-1)));

        await account.DrainAsync();

        (await account.FollowsAsync(openId)).ShouldBe(true);
    }

    [Fact]
    public async Task A_refused_openid_among_a_hundred_is_recorded_and_the_others_are_stored()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        string foreign = account.Truth.ForeignOpenId();
        string[] people = account.NewFollowers(99);
        await account.ArriveAsync([.. people.Append(foreign).Select(openId => account.Arrival(openId, ArrivalKinds.Import))]);

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        run.Added.ShouldBe(99);
        run.Rejected.ShouldBe(1);
        (await account.Tables.ReadAsync<string>("select openid from followersync.arrivals where state = 'refused'")).ShouldBe(foreign);
        (await account.Tables.ReadAsync<string>("select openid from followersync.rejected_openids where errcode is not null")).ShouldBe(foreign);
        (await account.CountAsync("waiting")).ShouldBe(0);

        account.Emulator.Requests.Clear();
        await account.ArriveAsync(account.Arrival(foreign, "view", trusted: false));
        await account.DrainAsync();
        account.Batches().ShouldBe(0, "What WeChat refused lately is not asked again for anybody's word.");
        (await account.CountAsync("refused")).ShouldBe(2);
    }

    [Fact]
    public async Task What_names_nobody_is_counted_and_done()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.ArriveAsync(account.Arrival("", ArrivalKinds.InfoModified), account.Arrival("no openid at all", "view", trusted: false));

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Note.ShouldNotBeNull().ShouldContain("2 arrivals named nobody");
        account.Batches().ShouldBe(0);
        (await account.CountAsync("waiting")).ShouldBe(0);
    }

    [Fact]
    public async Task Imports_come_behind_everybody_else()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        account.Sync.BatchesInFlight = 1;
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = ArrivingPeople.BatchGet, From = 2 });
        string[] imported = account.NewFollowers(150);
        string[] pushed = account.NewFollowers(50);
        await account.ArriveAsync([.. imported.Select(openId => account.Arrival(openId, ArrivalKinds.Import))]);
        await account.ArriveAsync([.. pushed.Select(openId => account.Arrival(openId))]);

        (await account.DrainAsync()).ShouldNotBeNull().Added.ShouldBe(100);

        foreach (string openId in pushed)
            (await account.FollowsAsync(openId)).ShouldBe(true);
    }

    [Fact]
    public async Task Who_follows_is_no_candidate_for_gone_any_longer()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;
        await account.Tables.ExecuteAsync(
            $"insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness, answered_at) select app_id, '{openId}', max(listing_id), 'listing', now() from followersync.listings group by app_id");
        await account.ArriveAsync(account.Arrival(openId));

        await account.DrainAsync();

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.unfollow_candidates")).ShouldBe(0);
    }

    [Fact]
    public async Task A_unionid_in_doubt_is_left_to_a_full_run()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        EmulatedFollower[] people = [.. account.Truth.Followers().Where(f => f.UnionId is not null).Take(20)];
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ShiftUnionIds, Path = ArrivingPeople.BatchGet });
        await account.ArriveAsync([.. people.Select(f => account.Arrival(f.OpenId))]);

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Succeeded);

        await account.ShouldEqualTruthAsync();
        account.Emulator.Requests.Count("/cgi-bin/user/info").ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select (select count(*) from followersync.held_identities) + (select count(*) from wechat.identity_conflicts)")).ShouldBe(0);
        (await account.CountAsync("done")).ShouldBe(20);
    }

    [Fact]
    public async Task What_is_closed_goes_after_a_day_and_so_do_the_runs_that_did_it()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));
        await account.DrainAsync();
        await account.Tables.ExecuteAsync("update followersync.arrivals set received_at = now() - interval '25 hours'");
        await account.Tables.ExecuteAsync("update wechat.sync_runs set started_at = now() - interval '25 hours'");
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));

        await account.DrainAsync();

        (await account.CountAsync("done")).ShouldBe(1);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(1);
    }
    [Fact]
    public async Task Without_any_run_of_arrivals_what_is_closed_goes_after_the_next_sync()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun run = await account.SyncAsync();
        await account.Tables.ExecuteAsync(
            $"""
            insert into followersync.arrivals (app_id, fingerprint, openid, kind, happened_at, received_at, source, trusted, state)
            select '{account.Truth.AppId}', int4send(i), 'oImported_' || i, 'import', now(), now() - interval '25 hours', 'import', false, case when i > 25000 then 'waiting' else 'done' end
            from generate_series(1, 25002) i
            """);

        await account.NewProcess().GetServices<IAfterRun>().OfType<OldArrivals>().Single().DoAsync(account.Account, run, default);

        (await account.CountAsync("done")).ShouldBe(0);
        (await account.CountAsync("waiting")).ShouldBe(2);
    }

    private static DateTimeOffset FollowedAt(SyncedAccount account, string openId) =>
        DateTimeOffset.FromUnixTimeSeconds(account.Truth.Followers().Single(f => f.OpenId == openId).SubscribeTime);
}
