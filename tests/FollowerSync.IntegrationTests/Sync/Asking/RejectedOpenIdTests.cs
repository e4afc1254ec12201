using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Sync.Asking;

/// <summary>No lost person: everybody listed is stored, or stands in the table of rejected openids with the cause.</summary>
public sealed class RejectedOpenIdTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string UserInfo = "/cgi-bin/user/info";

    [Fact]
    public async Task A_share_of_the_account_that_cannot_be_asked_makes_no_success_until_it_could()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300 });
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.MissingKeys, Keys = ["subscribe"] });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Partial);
        run.Error.ShouldNotBeNull().ShouldContain("Of the 300 people of the list WeChat refused 300, or did not say whether they follow");
        account.Emulator.Faults.Clear();
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Partial, "nobody was asked yet");
        await account.Tables.ExecuteAsync("update followersync.rejected_openids set next_attempt_at = now()");
        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        (await account.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(300);
    }

    [Fact]
    public async Task A_refused_openid_is_isolated_in_few_calls_and_its_neighbours_are_stored()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 999, PageSize = 1_000 });
        string refused = account.Truth.AddRefusedOpenId();

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Rejected.ShouldBe(1);
        run.Added.ShouldBe(999);
        account.Emulator.Requests.Count(BatchGet).ShouldBeLessThanOrEqualTo(10 + 13);
        await account.ShouldEqualTruthAsync();
        (await account.Tables.ReadAsync<string>("select openid || ' ' || errcode || ' ' || (rid is not null) || ' ' || attempts from followersync.rejected_openids"))
            .ShouldBe($"{refused} 40003 true 1");
    }

    [Fact]
    public async Task A_refused_openid_costs_later_runs_no_call_until_its_delay_is_over_and_then_leaves_the_table_when_answered()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 999, PageSize = 1_000 });
        string openId = account.Truth.Followers().First().OpenId;
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 46004, Path = BatchGet, OpenId = openId });
        await account.SyncAsync();
        (await account.Tables.ReadAsync<int>("select errcode from followersync.rejected_openids")).ShouldBe(46004);
        account.Emulator.Requests.Clear();

        (await account.SyncAsync()).Rejected.ShouldBe(0);
        account.Emulator.Requests.Count(BatchGet).ShouldBe(10);

        account.Emulator.Faults.Clear();
        await account.Tables.ExecuteAsync("update followersync.rejected_openids set next_attempt_at = now()");
        await account.SyncAsync();
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.rejected_openids")).ShouldBe(0);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Several_refused_openids_in_one_batch_all_stand_alone_in_the_end()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 95, PageSize = 1_000 });
        for (int i = 0; i < 5; i++)
            account.Truth.AddRefusedOpenId();

        SyncRun run = await account.SyncAsync();

        run.Rejected.ShouldBe(5);
        run.Added.ShouldBe(95);
        await account.ShouldEqualTruthAsync();
    }

    [Theory]
    [InlineData(nameof(FaultKind.CutBody), null)]
    [InlineData(nameof(FaultKind.ErrCode), 123_456)]
    public async Task Somebody_whom_WeChat_cannot_answer_about_stands_alone_in_the_end_and_breaks_off_no_sync(string fault, int? code)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 1_000 });
        string odd = account.Truth.Followers().First().OpenId;
        Break(account, Enum.Parse<FaultKind>(fault), code, odd);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        (run.Added, run.Rejected).ShouldBe((299, 1));
        account.Emulator.Requests.Count(BatchGet).ShouldBeLessThanOrEqualTo(3 + account.WeChat.Retries + 13);
        (await account.Tables.ReadAsync<string>("select openid || coalesce(' ' || errcode, '') || ' ' || (next_attempt_at > now() + interval '19 hours') from followersync.rejected_openids"))
            .ShouldBe($"{odd}{(code is null ? "" : $" {code}")} true");

        account.Emulator.Faults.Clear();
        await account.Tables.ExecuteAsync("update followersync.rejected_openids set next_attempt_at = now()");
        (await account.SyncAsync()).Added.ShouldBe(1);
        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task More_of_them_than_a_run_bears_end_it_and_the_next_goes_on()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 800, PageSize = 1_000 });
        account.Sync.BatchesInFlight = 1;
        foreach (string openId in account.Truth.Followers().Select(f => f.OpenId).Where((_, place) => place % 100 == 50))
            Break(account, FaultKind.ErrCode, 123_456, openId);

        SyncRun first = await account.SyncAsync();
        SyncRun second = await account.SyncAsync();

        (first.Status, first.Rejected).ShouldBe((RunStatus.Partial, 5), first.Error);
        first.Error!.ShouldContain("123456");
        (second.Status, second.Rejected).ShouldBe((RunStatus.Succeeded, 3), second.Error);
        (first.Added + second.Added).ShouldBe(792);
    }

    [Theory]
    [InlineData(nameof(FaultKind.CutBody), null)]
    [InlineData(nameof(FaultKind.ErrCode), 123_456)]
    public async Task That_WeChat_can_answer_about_nobody_is_nobodys_fault(string fault, int? code)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 1_000 });
        Break(account, Enum.Parse<FaultKind>(fault), code, openId: null);

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Failed);
        (await account.Tables.ReadAsync<long>("select count(*) from followersync.rejected_openids")).ShouldBe(0);
        account.Emulator.Requests.Count(BatchGet).ShouldBeLessThanOrEqualTo(3 * (1 + account.WeChat.Retries + 7));
        account.Emulator.Requests.Count(UserInfo).ShouldBe(0);
    }

    [Theory]
    [InlineData(nameof(HostileText.Control))]
    [InlineData(nameof(HostileText.InvalidUtf8))]
    [InlineData(nameof(HostileText.LoneSurrogate))]
    [InlineData(nameof(HostileText.Nul))]
    [InlineData(nameof(HostileText.Quotes))]
    [InlineData(nameof(HostileText.VeryLong))]
    public async Task Hostile_text_in_a_profile_loses_nobody(string text)
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 1_000 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.HostileText, Text = Enum.Parse<HostileText>(text), Percent = 5 });

        SyncRun run = await account.SyncAsync();

        run.Status.ShouldBe(RunStatus.Succeeded, run.Error);
        run.Added.ShouldBe(300);
        run.Rejected.ShouldBe(0);
        account.Emulator.Faults.Struck(FaultKind.HostileText).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Odd_shapes_of_profiles_are_stored_as_they_are_meant()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 1_000 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.NumbersAsStrings, Percent = 50 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.UnknownFields, Percent = 50 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Gzip, Every = 2 });
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ContentType, Every = 3 });

        (await account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);

        await account.ShouldEqualTruthAsync();
    }

    [Fact]
    public async Task Keys_that_vanish_erase_nothing_known()
    {
        await using SyncedAccount account = await SyncedAccount.StartAsync(new EmulatorOptions { Followers = 300, PageSize = 1_000 });
        await account.SyncAsync();
        account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.MissingKeys });

        (await account.SyncAsync()).Changed.ShouldBe(0);

        await account.ShouldEqualTruthAsync();
    }

    private static void Break(SyncedAccount account, FaultKind fault, int? code, string? openId)
    {
        foreach (string path in (string[])[BatchGet, UserInfo])
            account.Emulator.Faults.Add(new FaultRule { Fault = fault, ErrCode = code, Path = path, OpenId = openId });
    }
}
