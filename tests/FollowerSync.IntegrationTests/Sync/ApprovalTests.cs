using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>What <c>followersync approve</c> releases, and what not.</summary>
public sealed class ApprovalTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 2_500, PageSize = 1_000 };

    [Fact]
    public async Task Approval_marks_the_held_people_except_those_who_are_back()
    {
        DateTimeOffset firstNight = new(2026, 5, 10, 3, 30, 0, TimeSpan.FromHours(8));
        SimulatedClock clock = new(firstNight);
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small with { TimeProvider = clock });
        await clock.InstallAsync(account.Tables);
        await account.SyncAsync();
        string[] leavers = [.. account.Truth.Followers().Take(200).Select(f => f.OpenId)];
        (string back, string refused) = (leavers[7], leavers[8]);
        await clock.MoveToAsync(account.Tables, firstNight.AddHours(9));
        foreach (string openId in leavers)
            account.Truth.Unfollow(openId);
        await clock.MoveToAsync(account.Tables, firstNight.AddDays(1));
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held);
        await clock.MoveToAsync(account.Tables, firstNight.AddHours(34));
        account.Truth.Follow(back);
        foreach (string path in (string[])["/cgi-bin/user/info/batchget", "/cgi-bin/user/info"])
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = path, OpenId = refused });
        await clock.MoveToAsync(account.Tables, firstNight.AddHours(35));

        ApprovalResult result = await account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default);

        result.Unsubscribed.ShouldBe(198);
        result.Staying.ShouldBe(2);
        (await account.Runs.FindAsync(held.RunId, default))!.Status.ShouldBe(RunStatus.Succeeded);
        (await DayAsync("2026-05-10")).ShouldBe("2300 2500");

        account.Emulator.Faults.Clear();
        await clock.MoveToAsync(account.Tables, firstNight.AddDays(2));
        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        (next.Changed, next.Unsubscribed).ShouldBe((1, 1));
        await account.ShouldEqualTruthAsync();
        (await DayAsync("2026-05-10")).ShouldBe("2300 2500", "all left between the first list and the second");
        (await DayAsync("2026-05-11")).ShouldBe("2301 2301 0", "and one is back");
        foreach (string bounds in (string[])[$"wechat.past_episodes where openid = '{back}'", $"wechat.followers where openid = '{refused}'"])
            (await account.Tables.ReadAsync<bool>($"select unfollowed_after = '{firstNight:O}' and unfollowed_before = '{firstNight.AddDays(1):O}' from {bounds}")).ShouldBeTrue(bounds);
        (await account.Tables.ReadAsync<long>("select (select count(*) from followersync.unfollow_candidates) + (select count(*) from followersync.settled_doubts)")).ShouldBe(0);

        Task<string> DayAsync(string day) =>
            account.Tables.ReadAsync<string>($"select concat_ws(' ', followers_at_least, followers_at_most, left_at_least) from wechat.daily_totals where day = '{day}'");
    }

    [Fact]
    public async Task Approval_changes_the_held_unionids_that_single_answers_confirm()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(30).ToArray())
            account.Truth.SetProfile(follower.OpenId, f => f with { UnionId = "oRebound-" + f.OpenId[^18..] });
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held);

        ApprovalResult result = await account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default);

        result.UnionIdsChanged.ShouldBe(20);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_unionid_that_changes_back_after_its_approval_is_stored_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        EmulatedFollower[] before = [.. account.Truth.Followers().Take(30)];
        foreach (EmulatedFollower follower in before)
            account.Truth.SetProfile(follower.OpenId, f => f with { UnionId = "oRebound-" + f.OpenId[^18..] });
        SyncRun held = await account.SyncAsync();
        HashSet<string> unchanged = [.. (await StoredFollower.ReadAllAsync(account.Tables)).Values];
        EmulatedFollower mistaken = before.First(f => unchanged.Contains(StoredFollower.Describe(f)));
        await account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default);

        account.Truth.SetProfile(mistaken.OpenId, _ => mistaken);
        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Only_the_newest_held_run_can_be_approved()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun run = await account.SyncAsync();

        await Should.ThrowAsync<NotHeldException>(() => account.NewApproval().ApproveAsync(run.RunId, seen: null, [account.Account], default));
        await Should.ThrowAsync<NotHeldException>(() => account.NewApproval().ApproveAsync(run.RunId + 100, seen: null, [account.Account], default));
    }
}
