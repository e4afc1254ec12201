using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Status;

namespace FollowerSync.IntegrationTests.Status;

/// <summary>What runs did, read from their records.</summary>
public sealed class RunReaderTests
{
    [Fact]
    public async Task A_run_whole_has_its_parts_and_their_times_and_whom_it_holds()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 600, PageSize = 200 });
        SyncRun first = await account.SyncAsync();
        foreach (EmulatedFollower follower in account.Truth.Followers().Take(60).ToArray())
            account.Truth.Unfollow(follower.OpenId);
        SyncRun held = await account.SyncAsync();
        RunReader reader = new(account.Database);

        RunDetails whole = (await reader.FindAsync(held.RunId, default))!;

        whole.View.Account.ShouldBe("Brand");
        whole.View.Run.Status.ShouldBe(RunStatus.Held);
        whole.View.Phases.Select(phase => phase.Phase).ShouldBe([SyncPhase.Listing, SyncPhase.Confirming, SyncPhase.Refreshing, SyncPhase.Closing]);
        whole.View.Phases.ShouldAllBe(phase => phase.Took > TimeSpan.Zero);
        whole.View.Phases.Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.Took).ShouldBeLessThanOrEqualTo(whole.View.Took);
        (whole.Held!.Amount.Leaving, whole.Held.Shares.ByScene.Sum(share => share.People), whole.Held.Shares.ByMonth.Sum(share => share.People)).ShouldBe((60, 60, 60));
        (await reader.FindAsync(first.RunId, default))!.Held.ShouldBeNull();
        (await reader.FindAsync(held.RunId + 1_000, default)).ShouldBeNull();

        await account.NewApproval().RejectAsync(held.RunId, seen: null, default);
        RunDetails rejected = (await reader.FindAsync(held.RunId, default))!;
        (rejected.View.Run.Status, rejected.View.Run.RejectedAt is not null, rejected.Held).ShouldBe((RunStatus.Partial, true, null));
    }

    [Fact]
    public async Task A_failed_run_tells_WeChats_answer_and_the_remedy_and_refused_openids_are_counted_by_code()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = "/cgi-bin/user/get", To = 1 });
        SyncRun failed = await account.SyncAsync();
        RunReader reader = new(account.Database);

        RunDetails whole = (await reader.FindAsync(failed.RunId, default))!;

        (whole.View.Answer!.Errcode, whole.View.Answer.Api).ShouldBe((48001, "/cgi-bin/user/get"));
        whole.View.Answer.Rid.ShouldNotBeNull();
        whole.View.Answer.Remedy.ShouldContain("permission");
        whole.View.Phases.Select(phase => phase.Phase).ShouldBe([SyncPhase.Listing]);

        await account.Tables.ExecuteAsync($"update wechat.sync_runs set rejected = 3 where run_id = {failed.RunId}");
        await account.Tables.ExecuteAsync(
            $"""
            insert into followersync.rejected_openids
            select app_id, 'o' || i, case when i < 3 then 40003 end, 'invalid openid', '6a1b2c3d-11111111-2222222' || i, started_at, started_at, 1, now() from wechat.sync_runs, generate_series(1, 3) i
            """);
        (await reader.FindAsync(failed.RunId, default))!.Refusals.Select(refusals => (refusals.Errcode, refusals.Openids, refusals.Rid)).ShouldBe(
            [(40003, 2, "6a1b2c3d-11111111-22222222"), (null, 1, "6a1b2c3d-11111111-22222223")]);
    }

    [Fact]
    public async Task The_last_runs_are_those_of_the_account_and_the_time_that_are_asked_for()
    {
        await using TestDatabase tables = await TestDatabase.CreateAsync();
        await tables.ExecuteAsync("insert into wechat.accounts (app_id, name) values ('wx00000000000000a1', 'one'), ('wx00000000000000a2', 'two')");
        long old = await InsertAsync(tables, "a1", "schedule", "succeeded", "40 hours", "39 hours");
        long longOne = await InsertAsync(tables, "a1", "schedule", "succeeded", "30 hours", "20 hours");
        long other = await InsertAsync(tables, "a2", "schedule", "failed", "10 hours", "9 hours");
        long arrivals = await InsertAsync(tables, "a2", "event", "failed", "8 hours", "8 hours");
        await InsertAsync(tables, "a2", "event", "succeeded", "7 hours", "7 hours");
        long going = await tables.ReadAsync<long>("insert into wechat.sync_runs (app_id, trigger, status, started_at) values ('wx00000000000000a1', 'schedule', 'running', now() - interval '5 hours') returning run_id");
        RunReader reader = new(tables.Open());
        async Task<long[]> ReadAsync(RunFilter filter) => [.. (await reader.ReadAsync(filter, default)).Select(view => view.Run.RunId)];

        (await ReadAsync(new RunFilter())).ShouldBe([going, other, longOne, old]);
        (await ReadAsync(new RunFilter { Since = TimeProvider.System.GetUtcNow().AddHours(-24) })).ShouldBe([going, other, longOne], "the long one went on then");
        (await ReadAsync(new RunFilter { AppId = "wx00000000000000a1", Count = 2 })).ShouldBe([going, longOne]);
        (await ReadAsync(new RunFilter { AppId = "wx00000000000000a2", FailedArrivals = true })).ShouldBe([arrivals]);
        (await reader.ReadAsync(new RunFilter { Count = 1 }, default))[0].Run.Status.ShouldBe(RunStatus.Abandoned, "no process has the account");

        await tables.ExecuteAsync("insert into followersync.leases (app_id, fence, host, process, expires_at) values ('wx00000000000000a1', 1, 'h', 'p', now() + interval '1 hour')");
        RunView living = (await reader.ReadAsync(new RunFilter { Count = 1 }, default))[0];
        (living.Run.Status, living.Account).ShouldBe((RunStatus.Running, "one"));
        living.Took.TotalHours.ShouldBe(5, tolerance: 0.1);
    }

    private static Task<long> InsertAsync(TestDatabase tables, string account, string trigger, string status, string began, string ended) => tables.ReadAsync<long>(
        $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at) values ('wx00000000000000{account}', '{trigger}', '{status}', now() - interval '{began}', now() - interval '{ended}') returning run_id");
}
