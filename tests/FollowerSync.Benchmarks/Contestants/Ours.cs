using System.Diagnostics;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Leases;
using FollowerSync.Logging;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;
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
        IOptions<WeChatOptions> weChat = Options.Create(new WeChatOptions { BaseAddress = address, Accounts = [account] });
        IOptions<SyncOptions> sync = Options.Create(new SyncOptions { BatchesInFlight = inFlight });
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(connectionString, new DatabaseOptions());
        FollowerDatabase database = new(dataSource, new DatabaseOptions(), time, NullLogger<FollowerDatabase>.Instance);
        using WeChatTransport transport = new(weChat, new HostRotation(weChat, time), time);
        CallResilience resilience = new(weChat, time);
        AccessTokens tokens = new(
            new AccessTokenStore(database, new SecretMask()),
            new TokenEndpoint(transport, time),
            resilience,
            Options.Create(new TokenOptions()),
            new SecretMask(),
            time,
            NullLogger<AccessTokens>.Instance);
        SyncRunner runner = new(
            database, new RunLeases(database, time, NullLogger<RunLeases>.Instance), new SyncRunStore(database, new SecretMask()), transport, tokens, resilience,
            new ApiStopStore(database, time), new ApiUsageStore(database), new Pseudonyms(""), sync, time, NullLogger<SyncRunner>.Instance);

        long start = Stopwatch.GetTimestamp();
        SyncRun run = await runner.RunAsync(account, SyncTrigger.Manual, progress: null, default);
        return run.Status == RunStatus.Succeeded ? Stopwatch.GetElapsedTime(start) : throw new InvalidOperationException(run.Error);
    }
}
