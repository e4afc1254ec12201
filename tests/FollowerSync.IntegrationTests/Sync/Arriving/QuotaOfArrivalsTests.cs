using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync.Arriving;

/// <summary>When WeChat does not answer about people who arrived: they wait, nobody asks in a loop, and one of them is in nobody's way.</summary>
public sealed class QuotaOfArrivalsTests
{
    [Fact]
    public async Task A_spent_quota_lets_them_wait_for_the_next_day_and_nobody_asks_again()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = ArrivingPeople.BatchGet });
        await account.ArriveAsync([.. account.NewFollowers(30).Select(openId => account.Arrival(openId))]);

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Partial);

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where state = 'waiting' and not_before > now() and attempts = 0")).ShouldBe(30);
        long asked = account.Batches();
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));
        (await account.DrainAsync()).ShouldBeNull("The account is left alone.");
        account.Batches().ShouldBe(asked);

        account.Emulator.Faults.Clear();
        await account.SyncAsync();
        await account.DrainAsync();
        (await account.CountAsync("waiting")).ShouldBe(0, "A sync by hand that WeChat answered ended it.");
    }

    [Fact]
    public async Task The_minute_limit_lets_them_wait_a_minute()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 }, weChat => weChat.Retries = 0);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45011, Path = ArrivingPeople.BatchGet });
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Failed);

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where not_before between now() + interval '10 seconds' and now() + interval '70 seconds'")).ShouldBe(1);
        (await account.DrainAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_asks_beyond_the_share_that_is_left_to_other_systems()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        account.Sync.QuotaReservePercent = 100;
        await account.Tables.ExecuteAsync(
            $"insert into followersync.api_usage (app_id, api, day, calls) values ('{account.Account.AppId}', '{ArrivingPeople.BatchGet}', (now() at time zone 'Asia/Shanghai')::date, 5000)");
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Partial);

        account.Batches().ShouldBe(0);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where not_before > now()")).ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_secret_is_tried_once_and_then_left_alone()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 });
        await account.ArriveAsync(account.Arrival(account.NewFollowers(1)[0]));
        string right = account.Account.AppSecret;
        account.Account.AppSecret = "not the secret of this account";

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldBe(RunStatus.Failed);
        (await account.DrainAsync()).ShouldBeNull();

        account.Account.AppSecret = right;
        await account.Tables.ExecuteAsync("update followersync.arrivals set not_before = null");
        (await account.DrainAsync()).ShouldNotBeNull().Added.ShouldBe(1);
    }

    [Fact]
    public async Task Whom_WeChat_never_answers_about_is_asked_about_apart_in_the_end_and_is_in_nobodys_way()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 }, weChat => weChat.Retries = 0);
        string[] people = account.NewFollowers(250);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 99_999, OpenId = people[10] });
        await account.ArriveAsync([.. people.Select(openId => account.Arrival(openId))]);

        SyncRun run = (await account.DrainAsync()).ShouldNotBeNull();
        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Added.ShouldBe(150);

        for (int tries = 0; tries < 12; tries++)
        {
            await account.Tables.ExecuteAsync("update followersync.arrivals set not_before = now() - interval '1 second' where state = 'waiting'");
            await account.DrainAsync();
        }

        (await account.CountAsync("done")).ShouldBe(249);
        (await account.Tables.ReadAsync<string>("select openid from followersync.arrivals where state = 'refused' and attempts = 10")).ShouldBe(people[10]);
        (await account.Tables.ReadAsync<string>("select openid from followersync.rejected_openids")).ShouldBe(people[10]);
    }

    [Fact]
    public async Task Somebody_without_an_answer_breaks_off_no_sync_of_the_account()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 100 }, weChat => weChat.Retries = 0);
        string odd = account.NewFollowers(1)[0];
        account.Truth.Unfollow(odd);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 99_999, OpenId = odd });
        await account.ArriveAsync(account.Arrival(odd));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (await account.Tables.ReadAsync<int>("select attempts from followersync.arrivals where state = 'waiting' and not_before > now()")).ShouldBe(1);
    }

    [Fact]
    public async Task That_WeChat_is_away_is_nobodys_fault()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 1 }, weChat => weChat.Retries = 0);
        await account.ArriveAsync([.. account.NewFollowers(500).Select(openId => account.Arrival(openId))]);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Status, Status = 503, Path = ArrivingPeople.BatchGet });

        (await account.DrainAsync()).ShouldNotBeNull().Status.ShouldNotBe(RunStatus.Succeeded);

        (await account.Tables.ReadAsync<long>("select count(*) from followersync.arrivals where attempts = 0 and not_before is null")).ShouldBeGreaterThanOrEqualTo(300);
    }
}
