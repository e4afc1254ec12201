using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
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
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        string[] leavers = [.. account.Truth.Followers().Take(200).Select(f => f.OpenId)];
        foreach (string openId in leavers)
            account.Truth.Unfollow(openId);
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held);
        account.Truth.Follow(leavers[7]);

        ApprovalResult result = await account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default);

        result.Unsubscribed.ShouldBe(199);
        result.Staying.ShouldBe(1);
        (await account.Runs.FindAsync(held.RunId, default))!.Status.ShouldBe(RunStatus.Succeeded);
        SyncRun next = await account.SyncAsync();
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        await account.ShouldEqualTruthAsync();
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
