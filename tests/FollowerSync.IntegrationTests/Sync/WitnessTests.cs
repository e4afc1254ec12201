using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>No false unfollow: who is marked as gone, and who is not.</summary>
public sealed class WitnessTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string UserGet = "/cgi-bin/user/get";

    private static readonly EmulatorOptions Small = new() { Followers = 2_500, PageSize = 1_000 };

    [Fact]
    public async Task A_person_who_left_is_marked_within_an_honest_interval_and_keeps_the_profile()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        EmulatedFollower leaver = account.Truth.Followers().First(f => f.Nickname.Length > 0);
        DateTime lastSeen = await account.Tables.ReadAsync<DateTime>("select clock_timestamp()");
        account.Truth.Unfollow(leaver.OpenId);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Unsubscribed.ShouldBe(1);
        await account.ShouldEqualTruthAsync();
        (await account.Tables.ReadAsync<string>($"select nickname from wechat.followers where openid = '{leaver.OpenId}' and not subscribe")).ShouldBe(leaver.Nickname);
        (await account.Tables.ReadAsync<DateTime>($"select unfollowed_after from wechat.followers where openid = '{leaver.OpenId}'")).ShouldBeLessThan(lastSeen);
        (await account.Tables.ReadAsync<DateTime>($"select unfollowed_before from wechat.followers where openid = '{leaver.OpenId}'")).ShouldBeGreaterThan(lastSeen);
    }

    [Fact]
    public async Task A_person_who_returns_follows_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string openId = account.Truth.Followers().First().OpenId;
        await account.SyncAsync();
        account.Truth.Unfollow(openId);
        await account.SyncAsync();
        account.Truth.Follow(openId);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Changed.ShouldBe(1);
        await account.ShouldEqualTruthAsync();
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where unfollowed_after is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task A_lying_batch_marks_nobody_when_the_single_answer_denies_it()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, Path = BatchGet, Percent = 1 });

        SyncRun run = await account.SyncAsync();

        run.Unsubscribed.ShouldBe(0);
        account.Emulator.Faults.Struck(FaultKind.FalseUnsubscribe).ShouldBeGreaterThan(0);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_first_sync_stores_people_as_following_whom_only_the_batch_denies()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, Path = BatchGet, Percent = 1 });

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        await account.ShouldEqualTruthAsync();
    }

    [Theory]
    [InlineData(nameof(FaultKind.EndEarly))]
    [InlineData(nameof(FaultKind.EmptyPage))]
    [InlineData(nameof(FaultKind.RepeatCursor))]
    [InlineData(nameof(FaultKind.WrongTotal))]
    public async Task A_list_that_does_not_add_up_marks_nobody_and_says_so(string fault)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string leaver = account.Truth.Followers().Last().OpenId;
        account.Truth.Unfollow(leaver);
        account.Emulator.Faults.Add(new FaultRule { Fault = Enum.Parse<FaultKind>(fault), Path = UserGet, Page = 2, Count = 500 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.FalseUnsubscribe, Path = BatchGet, Percent = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial);
        run.Error.ShouldNotBeNullOrEmpty();
        HashSet<string> gone = [.. (await StoredFollower.ReadAllAsync(account.Tables, "not subscribe")).Keys];
        gone.ShouldBeSubsetOf([leaver]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_list_of_an_account_that_has_followers_is_no_complete_one(bool isFirstSync)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        if (!isFirstSync)
            await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EmptyPage, Path = UserGet, Page = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial);
        run.Error!.ShouldContain("2500 followers");
        run.Unsubscribed.ShouldBe(0);
    }

    [Fact]
    public async Task An_account_without_followers_is_synced()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 0 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Listed.ShouldBe(0);
    }

    [Fact]
    public async Task A_listed_person_absent_from_an_incomplete_list_stays()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial);
        run.Unsubscribed.ShouldBe(0);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_person_missing_from_the_list_whom_WeChat_answers_as_following_stays()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string openId = account.Truth.Followers().First().OpenId;

        // Leaves while the list is read, and is back before anybody asks.
        account.Truth.Unfollow(openId);
        Progress back = new(() => account.Truth.Follow(openId));
        SyncRun run = await account.SyncAsync(back);

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Unsubscribed.ShouldBe(0);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task More_leavers_than_the_brake_allows_mark_nobody_and_hold_the_run()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(200).ToArray())
            account.Truth.Unfollow(follower.OpenId);
        EmulatedFollower renamed = account.Truth.Followers().Last();
        account.Truth.SetProfile(renamed.OpenId, f => f with { Remark = "stored all the same" });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Held);
        run.Error!.ShouldContain($"approve {run.RunId}");
        run.Unsubscribed.ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where not subscribe")).ShouldBe(0);
        (await account.Tables.ReadAsync<string>($"select remark from wechat.followers where openid = '{renamed.OpenId}'")).ShouldBe("stored all the same");
    }

    [Fact]
    public async Task Duplicates_across_pages_and_people_who_come_and_leave_meanwhile_lose_nobody()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.DuplicateOpenIds, Path = UserGet, Count = 50 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EmptyFirstOpenId, Path = UserGet });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.PeopleLeave, Path = UserGet, Page = 2, Count = 3, Times = 1 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.PeopleCome, Path = UserGet, Page = 2, Count = 3, Times = 1 });

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        account.Emulator.Faults.Clear();
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        await account.ShouldEqualTruthAsync();
    }

    private sealed class Progress(Action afterListing) : IProgress<SyncProgress>
    {
        private bool _done;

        public void Report(SyncProgress value)
        {
            if (_done || value.Phase != SyncPhase.Confirming)
                return;

            _done = true;
            afterListing();
        }
    }
}
