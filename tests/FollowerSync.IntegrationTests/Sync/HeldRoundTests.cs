using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>What is held stays held over all runs, until somebody decides or it is no more; everything else goes on.</summary>
public sealed class HeldRoundTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string UserGet = "/cgi-bin/user/get";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly EmulatorOptions Small = new() { Followers = 2_500, PageSize = 1_000 };

    [Fact]
    public async Task Held_leavers_wait_over_all_runs_while_new_people_are_let_in_and_profiles_refreshed()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun first = await HoldLeaversAsync(account, 200);
        string renamed = account.Truth.Followers().Last().OpenId;
        for (int i = 0; i < 5; i++)
            account.Truth.AddFollower();
        account.Truth.SetProfile(renamed, f => f with { Remark = "stored while held" });
        account.Emulator.Requests.Clear();

        SyncRun second = await account.SyncAsync();
        SyncRun third = await account.SyncAsync();

        (second.Status, third.Status).ShouldBe((RunStatus.Held, RunStatus.Held), second.Error);
        (second.Added, second.Changed, second.Unsubscribed).ShouldBe((5, 1, 0));
        account.Emulator.Requests.Count(BatchGet).ShouldBe(26 + 26, "everybody is asked for in each of the two");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.held_changes where change = 'leaving' and run_id = " + third.RunId)).ShouldBe(200);

        ApprovalResult result = await account.NewApproval().ApproveAsync(first.RunId, seen: null, [account.Account], default);

        result.Unsubscribed.ShouldBe(200);
        (await account.Tables.ReadAsync<string>("select string_agg(status || ' ' || unsubscribed, ', ' order by run_id) from wechat.sync_runs"))
            .ShouldBe("succeeded 0, succeeded 0, succeeded 0, succeeded 200");
        (await account.Tables.ReadAsync<bool>("select bool_and(r.complete_as_of = l.started_at) from wechat.sync_runs r join followersync.listings l using (listing_id)"))
            .ShouldBeTrue("an approval looks at nobody but those who were held");
        SyncRun next = await account.SyncAsync();
        (next.Status, next.Unsubscribed).ShouldBe((RunStatus.Succeeded, 0), next.Error);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Held_unionids_wait_over_all_runs_and_none_changes_meanwhile()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun first = await HoldUnionIdsAsync(account, 950);
        long held = await account.Tables.ReadAsync<long>("select count(*) from followersync.held_identities");
        for (int i = 0; i < 150; i++)
            account.Truth.AddFollower();

        SyncRun second = await account.SyncAsync();

        second.Status.ShouldBe(RunStatus.Held, second.Error);
        (second.Added, second.Changed).ShouldBe((150, 0));
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.held_identities")).ShouldBe(held);
        ApprovalResult result = await account.NewApproval().ApproveAsync(first.RunId, seen: null, [account.Account], default);
        result.UnionIdsChanged.ShouldBe((int)held);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_list_that_breaks_off_forgets_nobody_who_is_held()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun first = await HoldLeaversAsync(account, 200);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.EndEarly, Path = UserGet, Page = 2 });
        DateTime since = await account.Tables.ReadAsync<DateTime>("select max(held_since) from wechat.held_changes");
        account.Emulator.Requests.Clear();

        SyncRun second = await account.SyncAsync();

        second.Status.ShouldBe(RunStatus.Held, second.Error);
        second.Error!.ShouldContain("different openids");
        account.Emulator.Requests.Count("/cgi-bin/user/info").ShouldBe(0, "nobody has to be found again");
        (await account.Tables.ReadAsync<DateTime>("select max(held_since) from wechat.held_changes")).ShouldBe(since);
        (await account.NewApproval().ApproveAsync(second.RunId, seen: null, [account.Account], default)).Unsubscribed.ShouldBe(200);
        (await account.Runs.FindAsync(first.RunId, default))!.Status.ShouldBe(RunStatus.Succeeded);
        (await account.Runs.FindAsync(second.RunId, default))!.Status.ShouldBe(RunStatus.Partial, "its list was not complete");
    }

    [Fact]
    public async Task A_run_that_is_stopped_while_it_is_closed_as_held_is_held_by_the_next_without_asking_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(200).ToArray())
            account.Truth.Unfollow(follower.OpenId);
        using var stop = new CancellationTokenSource();
        await using (NpgsqlConnection other = await account.Tables.DataSource.OpenConnectionAsync())
        {
            await using NpgsqlTransaction locks = await other.BeginTransactionAsync();
            Task<SyncRun> running = account.SyncAsync(new LockAtEnd(other), stop.Token);
            (await Until.IsTrueAsync(() => account.Tables.ReadAsync<bool>("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"), Deadline)).ShouldBeTrue();
            await stop.CancelAsync();
            await locks.RollbackAsync();
            (await running).Status.ShouldBe(RunStatus.Cancelled);
        }

        account.Emulator.Requests.Clear();

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Held, next.Error);
        (account.Emulator.Requests.Count(UserGet), account.Emulator.Requests.Count(BatchGet)).ShouldBe((0, 0));
        (await account.Tables.ReadAsync<string>("select string_agg(status, ',' order by listing_id) from followersync.listings")).ShouldBe("done,held");
        (await account.NewApproval().ApproveAsync(next.RunId, seen: null, [account.Account], default)).Unsubscribed.ShouldBe(200);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Rejecting_leaves_everybody_as_stored_and_the_next_run_asks_from_scratch()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun held = await HoldLeaversAsync(account, 200);

        RejectionResult result = await account.NewApproval().RejectAsync(held.RunId, seen: null, default);

        result.Leaving.ShouldBe(200);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where not subscribe")).ShouldBe(0);
        SyncRun closed = (await account.Runs.FindAsync(held.RunId, default))!;
        closed.Status.ShouldBe(RunStatus.Partial);
        closed.Error!.ShouldContain("rejected");
        SyncRun again = await account.SyncAsync();
        again.Status.ShouldBe(RunStatus.Held, "they are as many as before");
        await Should.ThrowAsync<NotHeldException>(() => account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default));
        await account.NewApproval().RejectAsync(again.RunId, seen: null, default);
        account.Sync.UnfollowBrakePercent = 100;
        SyncRun last = await account.SyncAsync();
        (last.Status, last.Unsubscribed).ShouldBe((RunStatus.Succeeded, 200), last.Error);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Rejected_unionids_stay_as_stored_and_are_held_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun held = await HoldUnionIdsAsync(account, 60);

        (await account.NewApproval().RejectAsync(held.RunId, seen: null, default)).UnionIds.ShouldBe(50);

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.held_changes")).ShouldBe(0);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Held);
    }

    [Fact]
    public async Task When_all_who_are_held_have_come_back_nothing_is_held_any_longer()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string[] leavers = [.. account.Truth.Followers().Take(200).Select(f => f.OpenId)];
        SyncRun held = await HoldLeaversAsync(account, 200);
        foreach (string openId in leavers)
            account.Truth.Follow(openId);

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.held_changes")).ShouldBe(0);
        SyncRun settled = (await account.Runs.FindAsync(held.RunId, default))!;
        settled.Status.ShouldBe(RunStatus.Partial);
        settled.Error!.ShouldContain($"settled by run {next.RunId}");
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_few_who_are_left_of_many_stay_held_until_somebody_decides()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string[] leavers = [.. account.Truth.Followers().Take(200).Select(f => f.OpenId)];
        await HoldLeaversAsync(account, 200);
        foreach (string openId in leavers.Skip(10))
            account.Truth.Follow(openId);

        SyncRun next = await account.SyncAsync();

        next.Status.ShouldBe(RunStatus.Held);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.held_changes")).ShouldBe(10);
        (await account.NewApproval().ApproveAsync(next.RunId, seen: null, [account.Account], default)).Unsubscribed.ShouldBe(10);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Unionids_that_WeChat_answers_as_before_again_are_held_no_longer()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        EmulatedFollower[] before = [.. account.Truth.Followers()];
        await HoldUnionIdsAsync(account, 60);
        foreach (EmulatedFollower follower in before)
            account.Truth.SetProfile(follower.OpenId, f => f with { UnionId = follower.UnionId });

        SyncRun next = await account.SyncAsync();

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.held_identities")).ShouldBeLessThan(50);
        next.Status.ShouldBeOneOf(RunStatus.Held, RunStatus.Succeeded);
    }

    [Fact]
    public async Task Whoever_is_forgotten_meanwhile_is_neither_marked_nor_missed()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        string[] leavers = [.. account.Truth.Followers().Take(200).Select(f => f.OpenId)];
        SyncRun held = await HoldLeaversAsync(account, 200);

        await account.NewProcess().GetRequiredService<PersonErasure>().ForgetAsync(leavers, default);

        (await account.NewApproval().ApproveAsync(held.RunId, seen: null, [account.Account], default)).Unsubscribed.ShouldBe(0);
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task What_is_held_can_be_seen_before_anybody_decides()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun held = await HoldLeaversAsync(account, 200);

        (SyncRun run, HeldChanges changes) = await account.NewProcess().GetRequiredService<HeldRuns>().ShowAsync(held.RunId, default);

        run.RunId.ShouldBe(held.RunId);
        (changes.Amount.Leaving, changes.Amount.UnionIds, changes.CountedAt).ShouldBe((200, 0, held.FinishedAt));
        changes.Shares.ByScene.Sum(share => share.People).ShouldBe(200);
        changes.Shares.ByMonth.Sum(share => share.People).ShouldBe(200);
        changes.Shares.ByTag.Sum(share => share.People).ShouldBeGreaterThanOrEqualTo(200);
        (await account.Tables.ReadAsync<long>("select held from wechat.freshness")).ShouldBe(200);
    }

    private static async Task<SyncRun> HoldLeaversAsync(SyncedAccount account, int people)
    {
        await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(people).ToArray())
            account.Truth.Unfollow(follower.OpenId);
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held, held.Error);
        return held;
    }

    /// <summary>Keeps the record of the run from being closed.</summary>
    private sealed class LockAtEnd(NpgsqlConnection other) : IProgress<SyncProgress>
    {
        public void Report(SyncProgress value)
        {
            if (value.Phase != SyncPhase.Closing)
                return;
            using NpgsqlCommand command = new("select from wechat.sync_runs where status = 'running' for update", other);
            command.ExecuteNonQuery();
        }
    }

    private static async Task<SyncRun> HoldUnionIdsAsync(SyncedAccount account, int people)
    {
        await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(people).ToArray())
            account.Truth.SetProfile(follower.OpenId, f => f with { UnionId = "oRebound-" + f.OpenId[^18..] });
        SyncRun held = await account.SyncAsync();
        held.Status.ShouldBe(RunStatus.Held, held.Error);
        return held;
    }
}
