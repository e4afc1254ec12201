using System.Diagnostics;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>The ceiling of the network side: the same calls, the answers thrown away.</summary>
internal sealed class HttpOnly(Uri address, int inFlight) : IContestant
{
    public async Task<TimeSpan> SyncAsync()
    {
        using PlainApi api = new(address);
        long start = Stopwatch.GetTimestamp();
        await api.LogInAsync();
        List<string> openIds = [];
        await foreach (string openId in api.ListAsync())
            openIds.Add(openId);
        await Parallel.ForEachAsync(
            openIds.Chunk(100), new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (batch, _) => await api.GetRawAsync(batch));
        return Stopwatch.GetElapsedTime(start);
    }
}
