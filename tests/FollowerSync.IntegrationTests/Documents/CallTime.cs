using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Lets a stopped clock go on by two seconds for every call of a run, once the last call is answered: so runs take time, and the same each time.</summary>
internal sealed class CallTime(SimulatedClock clock, TestDatabase database) : IProgress<SyncProgress>
{
    private static readonly TimeSpan OneCall = TimeSpan.FromSeconds(2);

    public void Report(SyncProgress value)
    {
        if (value.Phase == SyncPhase.Closing)
            clock.Advance(database, value.ApiCalls * OneCall);
    }
}
