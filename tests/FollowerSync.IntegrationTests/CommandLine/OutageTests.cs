using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Chaos;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>What the log of a worker says while its PostgreSQL is away.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task The_log_tells_the_beginning_and_the_end_of_an_outage_and_no_trace()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 2_500, Latency = TimeSpan.FromMilliseconds(100) });
        await using CrashingPostgres postgres = await CrashingPostgres.StartAsync();
        installation.Settings["ConnectionStrings__FollowerSync"] = postgres.ConnectionString;
        installation.Settings["Database__Retries"] = "3";
        await using FollowerSyncProcess worker = installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(installation.WeChat.Requests.Count("/cgi-bin/user/info/batchget") > 2), "a run in its middle", worker);
        int before = Lines(worker).Length;

        await postgres.KillAsync();
        await Installation.UntilAsync(() => Task.FromResult(worker.Output.Contains("ended as", StringComparison.Ordinal)), "the end of the run", worker);
        await postgres.StartServerAsync();
        await Installation.UntilAsync(() => Task.FromResult(worker.Output.Contains("answers again", StringComparison.Ordinal)), "the end of the outage", worker);
        await worker.StopAsync();

        string[] told = Lines(worker)[before..];
        told.Count(line => line.Contains("tried again", StringComparison.Ordinal) && line.Contains("FollowerDatabase", StringComparison.Ordinal)).ShouldBe(1, worker.Output);
        told.Count(line => line.Contains("answers again, after", StringComparison.Ordinal)).ShouldBe(1, worker.Output);
        told.ShouldAllBe(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal) && !line.Contains("Exception", StringComparison.Ordinal));
        told.Length.ShouldBeLessThanOrEqualTo(12, worker.Output);
    }

    private static string[] Lines(FollowerSyncProcess worker) => worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
