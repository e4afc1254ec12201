using System.Collections.Concurrent;
using System.Diagnostics;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Followers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>The ceiling of the database side: the same rows, parsed beforehand and not counted, copied and merged into the same table in
/// transactions of ten thousand.</summary>
internal sealed class CopyOnly(Uri address, string connectionString, int inFlight) : IContestant
{
    private const int InOneTransaction = 10_000;

    public async Task<TimeSpan> SyncAsync()
    {
        List<FollowerProfile> profiles = await FetchAsync();
        DatabaseOptions options = new();
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(connectionString, options);
        var database = new FollowerDatabase(dataSource, options, TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        long start = Stopwatch.GetTimestamp();
        foreach (FollowerProfile[] chunk in profiles.Chunk(InOneTransaction))
        {
            await database.RunAsync(
                async tx =>
                {
                    await FollowerStore.StageAsync(tx, chunk, keepKnown: true);
                    await FollowerStore.MergeAsync(tx, EmulatorOptions.DefaultAppId, chunk, keepKnown: true, TimeProvider.System.GetUtcNow());
                },
                default);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private async Task<List<FollowerProfile>> FetchAsync()
    {
        using PlainApi api = new(address);
        await api.LogInAsync();
        List<string> openIds = [];
        await foreach (string openId in api.ListAsync())
            openIds.Add(openId);
        ConcurrentBag<FollowerProfile> profiles = [];
        await Parallel.ForEachAsync(openIds.Chunk(100), new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (batch, _) =>
        {
            foreach (FollowerProfile profile in AnswerReader.ReadBatch(WeChatApi.BatchGet, await api.GetRawAsync(batch), TimeProvider.System.GetUtcNow()).Profiles)
                profiles.Add(profile);
        });
        return [.. profiles];
    }
}
