using System.Text.Json;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.Status;
using FollowerSync.StatusPage.Reading;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>status</c> and the start and end of <c>run</c>, by the built executable.</summary>
public sealed class StatusVerbTests
{
    [Fact]
    public async Task Tells_whether_a_worker_lives_what_it_does_next_and_when_it_died()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        installation.Settings["Schedule__Cron"] = "0 30 3 * * ?";
        (await StatusAsync(installation)).ShouldContain("none lives");

        await using (FollowerSyncProcess worker = installation.Start("run"))
        {
            await installation.UntilAsync("select count(*) = 1 from wechat.sync_runs where status = 'succeeded'", worker);
            await installation.UntilAsync("select count(*) = 1 from followersync.nodes where stopped_at is null", worker);
            string living = await StatusAsync(installation);
            living.ShouldMatch(@"worker     on \S+, version \S+, since ");
            living.ShouldMatch(@"next run   20\d\d-\d\d-\d\d 03:30:00 \+08:00");
            living.ShouldMatch(@"followers  300; WeChat said 300 at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+08:00");
            living.ShouldNotContain("! ");

            (await worker.StopAsync()).ExitCode.ShouldBe(0);
            worker.Output.ShouldContain("has started, for 1 account(s): brand0 (");
            worker.Output.ShouldMatch(@"Syncs every day at 03:30, time zone Asia/Shanghai. The next run: 20\d\d-\d\d-\d\d 03:30:00 \+08:00");
            worker.Output.ShouldMatch(@"\+08:00 INF .* Stopping, as asked(.|\n)* Stopped after ");
        }

        (await StatusAsync(installation)).ShouldNotContain("! ", customMessage: "a worker that was stopped needs nobody");
        await installation.Database.ExecuteAsync("update followersync.nodes set stopped_at = null, last_seen = now() - interval '10 minutes'");
        (await StatusAsync(installation)).ShouldStartWith("! No worker lives. The last one, on ");
        (await installation.Database.ReadAsync<bool>("select count(*) = 1 from followersync.nodes")).ShouldBeTrue();
    }

    [Fact]
    public async Task Max_age_exits_with_3_and_names_the_account_whose_data_is_older_or_was_never_complete()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions
        {
            Followers = 300,
            Accounts = [new EmulatedAccountOptions { AppId = "wx00000000000000a1", AppSecret = "secret-of-one" }, new EmulatedAccountOptions { AppId = "wx00000000000000a2", AppSecret = "secret-of-two" }],
        });
        await installation.RunAsync("sync", "--account", "brand0");

        (int exitCode, string output, _) = await installation.RunAsync("status", "--max-age", "26h");
        exitCode.ShouldBe(3);
        output.ShouldStartWith("! brand1: no run has succeeded yet; --max-age allows 26 h.");
        output.ShouldNotContain("! brand0");

        await installation.RunAsync("sync");
        (await installation.RunAsync("status", "--max-age", "26:00:00")).ExitCode.ShouldBe(0);
        (exitCode, output, string error) = await installation.RunAsync("status", "--max-age", "0s", "--json");
        exitCode.ShouldBe(3, error);
        using JsonDocument status = JsonDocument.Parse(output);
        status.RootElement.GetProperty("attention").GetArrayLength().ShouldBe(2);
        status.RootElement.GetProperty("accounts")[0].GetProperty("wechat_total").GetInt64().ShouldBe(300);
        status.RootElement.GetProperty("next_run_at").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_round_broken_off_in_the_first_sync_still_has_to_ask_for_whoever_is_not_stored()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 6_000 });
        installation.Settings["Sync__BatchesInFlight"] = "1";
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = "/cgi-bin/user/info/batchget", From = 25 });
        await using FollowerSyncProcess sync = installation.Start("sync");
        await installation.UntilAsync("select count(*) = 2400 from wechat.followers", sync);
        (await StatusAsync(installation)).ShouldMatch("6,000 of 6,000 listed, 3,600 still to ask, under way; expected to end about 20");
        (await new AccountStateStore(installation.Database.Open(new DatabaseOptions())).SummariseAsync(default)).Single().Round!.ToAsk.ShouldBe(3_600, "without counting, by the runs' records");

        await sync.StopAsync();

        string waiting = await StatusAsync(installation);
        waiting.ShouldContain("6,000 of 6,000 listed, 3,600 still to ask, waits for the next run\n");
    }

    [Fact]
    public async Task Where_profiles_rotate_only_the_slice_and_new_people_are_still_to_ask()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 700 });
        installation.Settings["Sync__ProfileRefresh"] = "Rotate";
        installation.Settings["Sync__BatchesInFlight"] = "1";
        await installation.InvokeAsync("sync");
        await installation.InvokeAsync("sync");
        await installation.Database.ExecuteAsync("update followersync.rotations set rotated_at = rotated_at - interval '36 hours'");
        for (int i = 0; i < 10; i++)
            installation.WeChat.Account.AddFollower();
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = "/cgi-bin/user/info/batchget", From = 2 });
        FollowerDatabase database = installation.Database.Open(new DatabaseOptions());

        await using FollowerSyncProcess sync = installation.Start("sync");
        await installation.UntilAsync("select exists (select 1 from wechat.sync_runs where status = 'running' and added = 10 and unchanged = 90)", sync);

        // Of 150 or 151 known and 10 new people, 100 have been asked for.
        UnfinishedRound summary = (await new AccountStateStore(database).SummariseAsync(default)).Single().Round!;
        UnfinishedRound counted = (await new AccountStateStore(database).ReadAsync(default)).Single().Round!;
        foreach (UnfinishedRound round in new[] { summary, counted })
        {
            round.ToAsk.ShouldBeInRange(60, 61);
            (round.ExpectedEnd(round.StartedAt.AddMinutes(60))!.Value - round.StartedAt).TotalMinutes.ShouldBeInRange(96, 97, "100 in an hour");
        }

        RunProgress progress = (await database.RunAsync(CardStore.ReadRunningAsync, default)).Single();
        (progress.Stage, progress.Done, progress.Total).ShouldBeOneOf((RunStage.Asking, 100, 160), (RunStage.Asking, 100, 161));
        await sync.StopAsync();
        using JsonDocument status = JsonDocument.Parse((await installation.InvokeAsync("status", "--json")).Output);
        status.RootElement.GetProperty("accounts")[0].GetProperty("round").GetProperty("to_ask").GetInt64().ShouldBeInRange(60, 61);
    }

    private static async Task<string> StatusAsync(Installation installation)
    {
        (int exitCode, string output, string error) = await installation.RunAsync("status");
        exitCode.ShouldBe(0, error);
        return output;
    }
}
