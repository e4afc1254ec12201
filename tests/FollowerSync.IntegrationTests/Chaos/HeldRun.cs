using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Leases;
using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>An operator who releases what the mass-change brake holds.</summary>
internal static class HeldRun
{
    public static async Task ApproveAsync(string connectionString, WeChatEmulator wechat, long runId)
    {
        AccountOptions account = new() { Name = "Brand", AppId = wechat.Account.AppId, AppSecret = wechat.Account.AppSecret };
        IOptions<WeChatOptions> options = Options.Create(new WeChatOptions { BaseAddress = wechat.BaseAddress, Accounts = [account] });
        await using NpgsqlDataSource source = FollowerDataSource.Build(connectionString + ";Pooling=false", new DatabaseOptions());
        FollowerDatabase database = new(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        using WeChatTransport transport = new(options, new HostRotation(options, TimeProvider.System), TimeProvider.System);
        CallResilience resilience = new(options, TimeProvider.System);
        AccessTokens tokens = new(
            new AccessTokenStore(database, new SecretMask()), new TokenEndpoint(transport, TimeProvider.System), resilience,
            Options.Create(new TokenOptions { ReplaceInterval = TimeSpan.Zero }), new SecretMask(), TimeProvider.System, NullLogger<AccessTokens>.Instance);
        RunLeases leases = new(database, TimeProvider.System, NullLogger<RunLeases>.Instance);
        await new RunApproval(database, leases, new SyncRunStore(database, new SecretMask()), transport, tokens, resilience, TimeProvider.System).ApproveAsync(runId, [account], default);
    }
}
