using System.Diagnostics;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>FollowerSync with its usual settings and as many calls in flight as the others.</summary>
internal sealed class Ours(Uri address, string connectionString, int inFlight) : IContestant
{
    public async Task<TimeSpan> SyncAsync()
    {
        TimeProvider time = TimeProvider.System;
        AccountOptions account = new() { Name = "Bench", AppId = EmulatorOptions.DefaultAppId, AppSecret = EmulatorOptions.DefaultAppSecret };
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(connectionString, new DatabaseOptions());
        FollowerDatabase database = new(dataSource, new DatabaseOptions(), time, NullLogger<FollowerDatabase>.Instance);
        await using ServiceProvider services = TestServices.Build(
            database,
            new WeChatOptions { BaseAddress = address, Accounts = [account] },
            replace: changed => changed.AddSingleton(Options.Create(new SyncOptions { BatchesInFlight = inFlight })));
        SyncRunner runner = services.GetRequiredService<SyncRunner>();

        long start = Stopwatch.GetTimestamp();
        SyncRun run = await runner.RunAsync(account, SyncTrigger.Manual, progress: null, default);
        return run.Status == RunStatus.Succeeded ? Stopwatch.GetElapsedTime(start) : throw new InvalidOperationException(run.Error?.ToString());
    }
}
