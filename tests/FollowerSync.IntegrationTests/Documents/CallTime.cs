using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Lets a stopped clock go on by half a minute for every run, once the last call is answered: so runs take time, and the same each time, however often a busy machine made them
/// call again.</summary>
internal sealed class CallTime(SimulatedClock clock, TestDatabase database) : IProgress<SyncProgress>
{
    private static readonly TimeSpan OneRun = TimeSpan.FromSeconds(30);

    public void Report(SyncProgress value)
    {
        if (value.Phase == SyncPhase.Closing)
            clock.Advance(database, OneRun);
    }
}
