using FollowerSync.Accounts;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>What a run does when calls fail: every class of failure ends in a stated status with a remedy.</summary>
public sealed class FaultTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string UserGet = "/cgi-bin/user/get";

    private static readonly EmulatorOptions Small = new() { Followers = 2_500, PageSize = 1_000 };

    [Theory]
    [InlineData(nameof(FaultKind.Reset))]
    [InlineData(nameof(FaultKind.CutBody))]
    [InlineData(nameof(FaultKind.Html))]
    [InlineData(nameof(FaultKind.Status))]
    [InlineData(nameof(FaultKind.FastReject))]
    [InlineData(nameof(FaultKind.EmptyBody))]
    public async Task Passing_failures_are_repeated_until_everything_is_stored(string fault)
    {
        // Four calls in turn can meet every fifth failure with the same one of them, several times in a row.
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, o => o.Retries = 20);
        account.Emulator.Faults.Add(new FaultRule { Fault = Enum.Parse<FaultKind>(fault), Every = 5 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Retries.ShouldBeGreaterThan(0);
        run.Waited.ShouldBeGreaterThan(TimeSpan.Zero);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task System_busy_is_repeated_and_counted()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, o => o.Retries = 20);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = BatchGet, Every = 5 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.ApiCalls.ShouldBe(account.Emulator.Requests.Total);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Slow_answers_are_waited_for()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Delay, Delay = TimeSpan.FromMilliseconds(300), Every = 5 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Retries.ShouldBe(0);
        await account.ShouldEqualTruthAsync();
    }

    [Theory]
    [InlineData(nameof(FaultKind.ExpireToken))]
    [InlineData(nameof(FaultKind.InvalidateToken))]
    [InlineData(nameof(FaultKind.RotateToken))]
    public async Task Tokens_that_end_in_the_middle_of_a_run_are_replaced(string fault)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small with { TokenOverlap = TimeSpan.FromMilliseconds(1) });
        account.Account.TokenSource = TokenSource.Classic;
        account.Sync.BatchesInFlight = 1;
        account.Emulator.Faults.Add(new FaultRule { Fault = Enum.Parse<FaultKind>(fault), Path = BatchGet, Every = 10 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.TokenRefreshes.ShouldBeGreaterThan(1);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task The_cursor_of_a_person_who_left_between_two_runs_is_survived()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small with { RefuseCursorOfDeparted = true });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = UserGet, Page = 2 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Partial);
        account.Emulator.Faults.Clear();
        account.Truth.Unfollow(await account.Tables.ReadAsync<string>("select next_openid from followersync.listings"));

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);

        // The first page listed the person; a list of its own is needed to miss somebody.
        (await account.SyncAsync()).Unsubscribed.ShouldBe(1);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_hanging_call_is_given_up_and_repeated()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, o => o.AttemptTimeout = TimeSpan.FromSeconds(1));
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = BatchGet, Call = 3 });

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Answers_that_are_never_JSON_fail_the_run_with_what_came()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Html, Path = BatchGet });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error!.ToString().ShouldContain("html", Case.Insensitive);
        run.Error!.ShouldNotContain(account.Emulator.Account.Tokens.Stable!);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(0);
    }

    [Theory]
    [InlineData(40013, true)]
    [InlineData(40125, true)]
    [InlineData(40243, true)]
    [InlineData(40164, false)]
    [InlineData(48001, false)]
    [InlineData(50002, false)]
    [InlineData(89503, false)]
    [InlineData(43001, false)]
    [InlineData(123456, false)]
    public async Task Codes_that_repeating_cannot_mend_fail_the_run_after_one_call_and_name_the_remedy(int code, bool settingsAtFault)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = code, ErrMsg = "as told", Path = UserGet });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.SettingsAtFault.ShouldBe(settingsAtFault);
        run.Error!.ShouldContain($"{code}");
        run.Error!.ShouldContain("as told");
        account.Emulator.Requests.Count(UserGet).ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_secret_fails_the_run_as_a_fault_of_the_settings()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Account.AppSecret = "ffffffffffffffffffffffffffffffff";

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        run.SettingsAtFault.ShouldBeTrue();
        run.Error!.ShouldContain("40125");
        run.Error!.ShouldNotContain("ffffffff");
    }

    [Fact]
    public async Task A_spent_quota_ends_the_run_partial_stops_the_schedule_for_the_day_and_lets_a_later_run_go_on()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Sync.MergeSize = 100;
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 45009, Path = BatchGet, From = 11 });

        SyncRun spent = await account.SyncAsync();
        spent.Status.ShouldBe(RunStatus.Partial);
        spent.Error!.ShouldContain("daily limit");
        long stored = await account.Tables.ReadAsync<long>("select count(*) from wechat.followers");
        stored.ShouldBeGreaterThan(0);
        (await account.Tables.ReadAsync<bool>(
            "select (until at time zone 'Asia/Shanghai')::time between '00:05' and '00:15:01' from followersync.api_stops where api like '%batchget'")).ShouldBeTrue();

        account.Emulator.Requests.Clear();
        SyncRun scheduled = await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);
        scheduled.Status.ShouldBe(RunStatus.Partial);
        account.Emulator.Requests.Count(BatchGet).ShouldBe(0);

        account.Emulator.Faults.Clear();
        await account.Tables.ExecuteAsync("update followersync.api_stops set until = now()");
        SyncRun next = await account.NewRunner().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        account.Emulator.Requests.OpenIds.ShouldBe(2_500 - stored);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_page_that_is_not_to_be_had_ends_the_run_partial_and_the_next_reads_on_from_the_cursor()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = -1, Path = UserGet, Page = 3 });

        SyncRun partial = await account.SyncAsync();
        partial.Status.ShouldBe(RunStatus.Partial);
        partial.Added.ShouldBe(2_000);

        account.Emulator.Faults.Clear();
        account.Emulator.Requests.Clear();
        SyncRun next = await account.SyncAsync();
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        account.Emulator.Requests.Count(UserGet).ShouldBe(2);
        account.Emulator.Requests.Count(BatchGet).ShouldBe(5);
        await account.ShouldEqualTruthAsync();
    }

    [Theory]
    [InlineData(nameof(FaultKind.DeadCursor))]
    [InlineData(nameof(FaultKind.LostCursor))]
    public async Task A_cursor_WeChat_refuses_once_is_survived(string fault)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = Enum.Parse<FaultKind>(fault), Path = UserGet, Page = 2, Times = 1 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task A_cursor_WeChat_refuses_for_good_ends_the_run_partial_after_three_new_starts()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);

        // The first page is given each time; neither its cursor nor the openid before it is taken.
        foreach (int call in (int[])[2, 3, 5, 6, 8, 9, 11, 12])
            account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = UserGet, Call = call });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial);
        run.Unsubscribed.ShouldBe(0);
        run.Added.ShouldBe(1_000);
        account.Emulator.Requests.Count(UserGet).ShouldBe(12);
    }

    [Fact]
    public async Task After_several_failures_in_a_row_the_next_host_is_called()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small, options =>
        {
            options.FallbackAddresses = [options.BaseAddress];
            options.BaseAddress = new Uri("http://127.0.0.1:9");
        });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        await account.ShouldEqualTruthAsync();
    }
}
