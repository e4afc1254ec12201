using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using FollowerSync.CommandLine;
using FollowerSync.Leases;
using FollowerSync.Runs;

namespace FollowerSync.Tests.CommandLine;

public sealed class SyncVerbTests : IDisposable
{
    private readonly CommandLineRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task All_accounts_are_synced_and_shown_in_a_table()
    {
        (await _run.InvokeAsync("sync")).ShouldBe(ExitCodes.Succeeded);

        _run.Output.ShouldMatch(@"brand\s+succeeded\s+25,000\s+25,000\s+1,234");
        _run.Output.ShouldContain(CommandLineRun.Second);
        _run.Output.ShouldContain("00:01:05");
    }

    [Theory]
    [InlineData("brand")]
    [InlineData("BRAND")]
    [InlineData(CommandLineRun.First)]
    public async Task One_account_is_chosen_by_name_or_AppId(string account)
    {
        List<string> synced = [];
        _run.Sync = (appId, _) => { synced.Add(appId); return CommandLineRun.Run(appId, RunStatus.Succeeded); };

        await _run.InvokeAsync("sync", "--account", account);

        synced.ShouldBe([CommandLineRun.First]);
    }

    [Fact]
    public async Task An_unknown_account_is_a_usage_error_that_names_the_known_ones()
    {
        (await _run.InvokeAsync("sync", "--account", "brnad")).ShouldBe(ExitCodes.WrongSettings);

        _run.Error.ShouldContain($"There is no account \"brnad\". Accounts in the settings: brand ({CommandLineRun.First}), {CommandLineRun.Second}.");
        _run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task JSON_is_all_that_stdout_carries_and_has_the_names_of_the_database()
    {
        _run.Sync = (appId, _) => CommandLineRun.Run(appId, RunStatus.Partial, "3 openids were not answered");

        (await _run.InvokeAsync("sync", "--json")).ShouldBe(ExitCodes.Partial);

        using JsonDocument json = JsonDocument.Parse(_run.Output);
        json.RootElement.GetProperty("exit_code").GetInt32().ShouldBe(ExitCodes.Partial);
        JsonElement run = json.RootElement.GetProperty("accounts")[0].GetProperty("run");
        run.GetProperty("run_id").GetInt64().ShouldBe(7);
        run.GetProperty("status").GetString().ShouldBe("partial");
        run.GetProperty("trigger").GetString().ShouldBe("manual");
        run.GetProperty("wechat_total").GetInt64().ShouldBe(25_000);
        run.GetProperty("error").GetString().ShouldBe("3 openids were not answered");
    }

    [Fact]
    public async Task One_accounts_failure_hides_no_other_and_the_worst_code_counts()
    {
        _run.Sync = (appId, _) => appId == CommandLineRun.First ? throw new InvalidOperationException("the database is gone") : CommandLineRun.Run(appId, RunStatus.Succeeded);

        (await _run.InvokeAsync("sync")).ShouldBe(ExitCodes.Failed);

        _run.Output.ShouldContain("brand: the database is gone");
        _run.Output.ShouldMatch($@"{CommandLineRun.Second}\s+succeeded");
    }

    [Fact]
    public async Task As_many_accounts_at_a_time_as_the_setting_says_and_all_told_in_their_order()
    {
        string[] appIds = [.. Enumerable.Range(10, 10).Select(i => $"wx00000000000000{i}")];
        _run.WriteSettings(JsonSerializer.Serialize(new
        {
            Schedule = new { MaxConcurrentRuns = 3 },
            WeChat = new { Accounts = appIds.Select(appId => new { AppId = appId, AppSecret = "the-first-secret" }) },
        }));
        Channel<TaskCompletionSource> begun = Channel.CreateUnbounded<TaskCompletionSource>();
        ConcurrentBag<int> atATime = [];
        int going = 0;
        _run.LongSync = async appId =>
        {
            atATime.Add(Interlocked.Increment(ref going));
            TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
            begun.Writer.TryWrite(end);
            await end.Task;
            Interlocked.Decrement(ref going);
            return CommandLineRun.Run(appId, appId == appIds[4] ? RunStatus.Partial : RunStatus.Succeeded);
        };

        Task<int> sync = _run.InvokeAsync("sync", "--json");
        Stack<TaskCompletionSource> underWay = [];
        foreach (string _ in appIds)
        {
            underWay.Push(await begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
            if (underWay.Count == 3)
                underWay.Pop().SetResult();
        }

        foreach (TaskCompletionSource end in underWay)
            end.SetResult();

        (await sync).ShouldBe(ExitCodes.Partial);
        atATime.Max().ShouldBe(3);
        using JsonDocument json = JsonDocument.Parse(_run.Output);
        json.RootElement.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("run").GetProperty("app_id").GetString()).ShouldBe(appIds);
    }

    [Fact]
    public async Task An_active_run_exits_with_4()
    {
        _run.Sync = (appId, _) => throw new RunActiveException(appId, "process 12 on host-a");

        (await _run.InvokeAsync("sync", "--account", "brand")).ShouldBe(ExitCodes.RunActive);

        _run.Output.ShouldContain("other run active");
        _run.Output.ShouldContain("process 12 on host-a");
    }

    [Fact]
    public async Task A_run_that_failed_by_its_settings_exits_with_2()
    {
        _run.Sync = (appId, _) => CommandLineRun.Run(appId, RunStatus.Failed, "40125: wrong AppSecret") with { SettingsAtFault = true };

        (await _run.InvokeAsync("sync")).ShouldBe(ExitCodes.WrongSettings);
    }

    [Fact]
    public async Task Errors_show_no_secret()
    {
        _run.Sync = (_, _) => throw new InvalidOperationException("https://h/token?x=1 the-first-secret", new HttpRequestException("the-second-secret"));

        await _run.InvokeAsync("sync");
        await _run.InvokeAsync("sync", "--json");

        (_run.Output + _run.Error).ShouldNotContain("-secret");
        _run.Output.ShouldNotContain("x=1");
    }

    [Fact]
    public async Task Progress_is_plain_lines_where_there_is_no_terminal()
    {
        _run.Sync = (appId, progress) =>
        {
            progress!.Report(new SyncProgress(appId, SyncPhase.Listing, 25_000, 10_000, 25_000, 0, 0, 1));
            return CommandLineRun.Run(appId, RunStatus.Succeeded);
        };

        await _run.InvokeAsync("sync", "--account", "brand");

        _run.Output.ShouldStartWith("brand: 0 %, listed 10,000 of 25,000, profiles 0 of about 25,000");
    }
}
