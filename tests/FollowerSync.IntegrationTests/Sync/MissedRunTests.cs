using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Sync;

/// <summary>A night that fails for a passing reason leaves a record, and says when it is tried again.</summary>
public sealed class MissedRunTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 300 };

    [Fact]
    public async Task A_run_that_could_not_begin_is_recorded_with_its_real_times_trigger_and_error()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        FakeTimeProvider time = new();
        long start = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(12));
        UnrecordedRun missed = new(account.Account, SyncTrigger.Schedule, start, time) { Error = "The server was away.", RetryIn = TimeSpan.FromMinutes(2) };
        time.Advance(TimeSpan.FromSeconds(83));

        await account.NewRunner().RecordAsync(missed, default);

        (await account.Tables.ReadAsync<string>(
            """
            select concat_ws('|', app_id, trigger, status, error, extract(epoch from finished_at - started_at)::int, extract(epoch from retry_at - finished_at)::int,
                now() - started_at between interval '95 s' and interval '120 s')
            from wechat.sync_runs
            """)).ShouldBe($"{account.Account.AppId}|schedule|failed|The server was away.|12|120|t");
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.accounts")).ShouldBe(1);
    }

    [Fact]
    public async Task A_run_that_is_recorded_late_is_not_the_newest()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        FakeTimeProvider time = new();
        long start = time.GetTimestamp();
        time.Advance(TimeSpan.FromHours(1));
        SyncRun made = await account.SyncAsync();

        await account.NewRunner().RecordAsync(new UnrecordedRun(account.Account, SyncTrigger.Schedule, start, time) { Error = "The server was away." }, default);

        (await account.Tables.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(2);
        (await account.Runs.LastRunAsync(account.Account.AppId, default))!.RunId.ShouldBe(made.RunId);
    }

    [Fact]
    public async Task A_run_whose_end_the_database_missed_is_closed_with_what_it_came_to()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        SyncRun open = await account.SyncAsync();
        await account.Tables.ExecuteAsync("update wechat.sync_runs set status = 'running', finished_at = null, complete_as_of = null, added = 0");
        UnrecordedRun missed = new(account.Account, SyncTrigger.Schedule, start: 0, TimeProvider.System) { Run = open };

        await account.NewRunner().RecordAsync(missed, default);

        (await account.Tables.ReadAsync<string>("select concat_ws('|', status, added, finished_at is not null) from wechat.sync_runs")).ShouldBe("succeeded|300|t");
    }

    [Theory]
    [InlineData(nameof(FaultKind.Status), 0, true)]
    [InlineData(nameof(FaultKind.Reset), 0, true)]
    [InlineData(nameof(FaultKind.ErrCode), -1, true)]
    [InlineData(nameof(FaultKind.ErrCode), 45009, false)]
    [InlineData(nameof(FaultKind.ErrCode), 48001, false)]
    [InlineData(nameof(FaultKind.ErrCode), 40125, false)]
    [InlineData(nameof(FaultKind.ErrCode), 50002, false)]
    public async Task Only_what_may_pass_is_tried_again_and_the_status_says_when(string fault, int code, bool again)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = Enum.Parse<FaultKind>(fault), ErrCode = code });
        IServiceProvider process = account.NewProcess(retryAfter: TimeSpan.FromMinutes(2));

        SyncRun run = await process.GetRequiredService<SyncRunner>().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);

        (run.RetryAt is not null).ShouldBe(again, run.Error);
        StatusReport report = await StatusOf(account, process);
        report.Accounts.Single().NextTryAt.ShouldBe(run.RetryAt);
    }

    [Fact]
    public async Task A_sync_of_a_person_that_succeeds_ends_the_night()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(Small);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Status });
        IServiceProvider process = account.NewProcess(retryAfter: TimeSpan.FromMinutes(2));
        await process.GetRequiredService<SyncRunner>().RunAsync(account.Account, SyncTrigger.Schedule, progress: null, default);
        account.Emulator.Faults.Clear();

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        (await StatusOf(account, process)).Accounts.Single().NextTryAt.ShouldBeNull();
    }

    private static Task<StatusReport> StatusOf(SyncedAccount account, IServiceProvider process) =>
        process.GetRequiredService<StatusReader>().ReadAsync([account.Account], default);
}
