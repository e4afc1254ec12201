using System.Collections.Immutable;
using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>What <c>plan</c> tells before a run, by the built executable.</summary>
public sealed class PlanTests
{
    private const string BatchGet = "/cgi-bin/user/info/batchget";
    private const string QuotaGet = "/cgi-bin/openapi/quota/get";
    private const string UserGet = "/cgi-bin/user/get";

    [Fact]
    public async Task It_tells_the_calls_a_sync_then_makes_and_stores_nothing()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 25_000 });
        JsonElement plan = await PlanAsync(installation);
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers") + await installation.Database.ReadAsync<long>("select count(*) from wechat.sync_runs")
            + await installation.Database.ReadAsync<long>("select count(*) from followersync.listings")).ShouldBe(0);
        long planned = installation.WeChat.Requests.Count(UserGet);

        await installation.RunAsync("sync");

        plan.GetProperty("list_calls").GetInt64().ShouldBe(installation.WeChat.Requests.Count(UserGet) - planned);
        plan.GetProperty("profile_calls").GetInt64().ShouldBe(installation.WeChat.Requests.Count(BatchGet));
        plan.GetProperty("expected_added").GetInt64().ShouldBe(25_000);
        plan.GetProperty("days").GetInt32().ShouldBe(1);
        plan.GetProperty("warnings").GetArrayLength().ShouldBe(0);

        JsonElement next = await PlanAsync(installation);
        next.GetProperty("expected_added").GetInt64().ShouldBe(0);
        next.GetProperty("profile_calls").GetInt64().ShouldBe(250);
    }

    [Fact]
    public async Task While_a_run_is_held_it_tells_the_calls_the_next_one_makes_and_that_nobody_is_marked()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 3_200 });
        await installation.RunAsync("sync");
        foreach (EmulatedFollower leaver in installation.WeChat.Account.Followers().Take(200).ToArray())
            installation.WeChat.Account.Unfollow(leaver.OpenId);
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(3);
        installation.WeChat.Account.AddFollower();

        JsonElement plan = await PlanAsync(installation);
        installation.WeChat.Requests.Clear();
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(3);

        plan.GetProperty("list_calls").GetInt64().ShouldBe(installation.WeChat.Requests.Count(UserGet));
        plan.GetProperty("profile_calls").GetInt64().ShouldBe(installation.WeChat.Requests.Count(BatchGet));
        Warnings(plan).ShouldContain("marks nobody as gone");
    }

    [Fact]
    public async Task A_day_too_short_is_spread_over_several_with_the_reserve_kept()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions
        {
            Followers = 25_000,
            DailyLimits = ImmutableDictionary<string, int>.Empty.Add(BatchGet, 100),
        });

        JsonElement plan = await PlanAsync(installation);

        plan.GetProperty("profile_calls_left").GetInt64().ShouldBe(80);
        plan.GetProperty("days").GetInt32().ShouldBe(4);
        Warnings(plan).ShouldContain("spread over about 4 days");
    }

    [Fact]
    public async Task A_quota_already_spent_and_a_reserve_of_everything_are_said_in_plain_words()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions
        {
            Followers = 1_500,
            DailyLimits = ImmutableDictionary<string, int>.Empty.Add(BatchGet, 5),
        });
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(3);
        JsonElement round = JsonDocument.Parse((await installation.RunAsync("status", "--json")).Output).RootElement.GetProperty("accounts")[0].GetProperty("round");
        round.GetProperty("paused_for_quota").GetBoolean().ShouldBeTrue();
        (await installation.RunAsync("status")).Output.ShouldContain("waits for the next day's calls");
        Warnings(await PlanAsync(installation)).ShouldContain($"No call of {BatchGet} is left today");

        installation.Settings["Sync__QuotaReservePercent"] = "100";
        JsonElement plan = await PlanAsync(installation);
        plan.GetProperty("days").ValueKind.ShouldBe(JsonValueKind.Null);
        Warnings(plan).ShouldContain("lower Sync:QuotaReservePercent");
        (await installation.RunAsync("plan")).Output.ShouldContain(" about, never: the reserve leaves no call\n");
        (await installation.RunAsync("check")).Output.ShouldContain("Sync:QuotaReservePercent");

        installation.Settings["Sync__QuotaReservePercent"] = "101";
        (int exitCode, string output, string error) = await installation.RunAsync("plan");
        exitCode.ShouldBe(2);
        (output + error).ShouldContain("Sync:QuotaReservePercent");
    }

    [Fact]
    public async Task A_rotation_longer_than_the_quota_allows_is_said()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions
        {
            Followers = 25_000,
            DailyLimits = ImmutableDictionary<string, int>.Empty.Add(BatchGet, 100),
        });
        installation.Settings["Sync__ProfileRefresh"] = "Rotate";
        installation.Settings["Sync__RotateDays"] = "1";

        Warnings(await PlanAsync(installation)).ShouldContain("profiles will be older than Sync:RotateDays says");
    }

    [Fact]
    public async Task Without_permission_to_read_the_quota_the_documented_default_is_taken()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = QuotaGet });

        JsonElement plan = await PlanAsync(installation);

        plan.GetProperty("list_calls_left").GetInt64().ShouldBe(400, "80 % of the documented 500");
        Warnings(plan).ShouldContain($"WeChat does not tell the daily limit of {BatchGet}");
    }

    private static async Task<JsonElement> PlanAsync(Installation installation)
    {
        (int exitCode, string output, string error) = await installation.RunAsync("plan", "--json");
        exitCode.ShouldBe(0, output + error);
        return JsonDocument.Parse(output).RootElement.GetProperty("accounts")[0];
    }

    private static string Warnings(JsonElement plan) =>
        string.Join('\n', plan.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()));
}
