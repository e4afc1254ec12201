using System.Collections.Concurrent;
using System.Diagnostics;
using FollowerSync.Emulator;
using FollowerSync.Followers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
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
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        long start = Stopwatch.GetTimestamp();
        foreach (FollowerProfile[] chunk in profiles.Chunk(InOneTransaction))
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            await FollowerStore.StageAsync(connection, transaction, chunk, keepKnown: true, default);
            await FollowerStore.MergeAsync(connection, transaction, EmulatorOptions.DefaultAppId, chunk, keepKnown: true, default);
            await transaction.CommitAsync();
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
            foreach (FollowerProfile profile in AnswerReader.ReadBatch(WeChatApi.BatchGet, await api.GetRawAsync(batch)).Profiles)
                profiles.Add(profile);
        });
        return [.. profiles];
    }
}
