using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Sync;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.DependencyInjection;
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
        await using NpgsqlDataSource source = FollowerDataSource.Build(connectionString + ";Pooling=false", new DatabaseOptions());
        FollowerDatabase database = new(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        await using ServiceProvider services = TestServices.Build(
            database,
            new WeChatOptions { BaseAddress = wechat.BaseAddress, Accounts = [account] },
            replace: changed => changed.AddSingleton(Options.Create(new TokenOptions { ReplaceInterval = TimeSpan.Zero })));
        await services.GetRequiredService<RunApproval>().ApproveAsync(runId, seen: null, [account], default);
    }
}
