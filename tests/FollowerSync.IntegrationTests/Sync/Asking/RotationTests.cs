using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Npgsql;

namespace FollowerSync.IntegrationTests.Sync.Asking;

/// <summary>The rotating refresh: membership in every run, profiles of the known a slice a run.</summary>
public sealed class RotationTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string YesterdaySql = "update followersync.rotations set rotated_at = rotated_at - interval '1 day'";

    [Fact]
    public async Task A_turn_of_daily_slices_asks_for_everybody_once_in_the_order_of_staleness()
    {
        await using SyncedAccount account = await StartAsync();
        (await account.SyncAsync()).Unchanged.ShouldBe(0);
        await account.SyncAsync();
        DateTime turn = await account.Tables.ReadAsync<DateTime>("select clock_timestamp()");

        long asked = 0;
        for (int day = 1; day <= 7; day++)
        {
            await account.Tables.ExecuteAsync(YesterdaySql);
            SyncRun run = await account.SyncAsync();
            run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
            run.Unchanged.ShouldBeInRange(1_400 / 7, (1_400 / 7) + 2);
            asked += run.Unchanged;
        }

        asked.ShouldBeInRange(1_400, 1_420);
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.confirmed_followers where confirmed_at < '{turn:O}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Between_slices_only_membership_new_people_and_leavers_are_looked_at()
    {
        await using SyncedAccount account = await StartAsync();
        await account.SyncAsync();
        await account.SyncAsync();
        account.Truth.Unfollow(account.Truth.Followers().First().OpenId);
        string added = account.Truth.AddFollower().OpenId;
        account.Emulator.Requests.Clear();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Added.ShouldBe(1);
        run.Unsubscribed.ShouldBe(1);
        account.Emulator.Requests.Count(BatchGet).ShouldBe(1);
        (await account.Tables.ReadAsync<bool>($"select subscribe from wechat.followers where openid = '{added}'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Confirmation_is_seen_for_every_follower_without_a_row_being_written_for_it()
    {
        await using SyncedAccount account = await StartAsync();
        account.Sync.ProfileRefresh = ProfileRefresh.Full;
        await account.SyncAsync();
        (string gone, string refused) = (account.Truth.Followers().First().OpenId, account.Truth.Followers().Last().OpenId);
        account.Truth.Unfollow(gone);
        foreach (string path in new[] { BatchGet, "/cgi-bin/user/info" })
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = path, OpenId = refused });
        await account.SyncAsync();
        DateTime then = await account.Tables.ReadAsync<DateTime>("select clock_timestamp()");
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.followers where changed_at > '{then:O}'")).ShouldBe(0);
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.confirmed_followers where confirmed_at > '{then:O}' and openid not in ('{gone}', '{refused}')")).ShouldBe(1_398);
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.confirmed_followers where confirmed_at > '{then:O}'")).ShouldBe(1_398, "nobody asks about who is gone, and who is refused waits");
        (await account.Tables.ReadAsync<long>("select not_confirmed_since from wechat.freshness")).ShouldBe(1);
        // As a list of tags does.
        await account.Tables.ExecuteAsync($"update wechat.followers set changed_at = now() where openid = '{refused}'");
        (await account.Tables.ReadAsync<long>($"select count(*) from wechat.confirmed_followers where confirmed_at > '{then:O}'")).ShouldBe(1_398, "a row that is written is no answer");
        (await account.Tables.ReadAsync<long>("select not_confirmed_since from wechat.freshness")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_was_promoted_and_lacks_the_last_merge_has_its_people_asked_for_by_the_next_run()
    {
        await using SyncedAccount account = await StartAsync();
        await account.SyncAsync();
        await account.SyncAsync();
        await account.Tables.ExecuteAsync(YesterdaySql);
        const string AskedSql = "select asked_through from followersync.rotations";
        string before = await account.Tables.ReadAsync<string>(AskedSql);

        SyncRun run = await account.SyncAsync(new Promotion(account.Tables, before));

        run.Status.ShouldBe(RunStatus.Partial);
        run.Error!.ShouldContain("lost the list of this round");
        (await account.Tables.ReadAsync<string>(AskedSql)).ShouldBe(before);
    }

    /// <summary>Empties the list, as a promotion does, and takes back how far the merge has brought the rotation.</summary>
    private sealed class Promotion(TestDatabase tables, string askedThrough) : IProgress<SyncProgress>
    {
        public void Report(SyncProgress value)
        {
            if (value is not { Phase: SyncPhase.Refreshing, Merged: > 0 })
                return;
            using NpgsqlCommand lose = tables.DataSource.CreateCommand($"truncate followersync.listing_openids; update followersync.rotations set asked_through = '{askedThrough}'");
            lose.ExecuteNonQuery();
        }
    }

    private static async Task<SyncedAccount> StartAsync()
    {
        SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1_400, PageSize = 1_000 });
        account.Sync.ProfileRefresh = ProfileRefresh.Rotate;
        account.Sync.RotateDays = 7;
        return account;
    }
}
