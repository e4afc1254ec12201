using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Replication;

/// <summary>A synced database, a standby of its server, and the program set up for the standby.</summary>
public sealed class StandbyScene : IAsyncLifetime
{
    internal Installation Installation { get; private set; } = null!;

    internal CrashingPostgres Primary { get; private set; } = null!;

    internal StandbyServer Standby { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Primary = await CrashingPostgres.StartAsync();
        Installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        Installation.Settings["ConnectionStrings__FollowerSync"] = Primary.ConnectionString;
        (int exitCode, string output, string error) = await Installation.RunAsync("sync");
        exitCode.ShouldBe(0, output + error);
        Standby = await StandbyServer.StartAsync(Primary);
        Installation.Settings["ConnectionStrings__FollowerSync"] = Standby.ConnectionString;
        Installation.Settings["Database__Retries"] = "5";
    }

    public async Task DisposeAsync()
    {
        await Standby.DisposeAsync();
        await Primary.DisposeAsync();
        await Installation.DisposeAsync();
    }
}
