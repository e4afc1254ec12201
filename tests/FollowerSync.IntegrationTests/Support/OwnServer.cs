using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A PostgreSQL of one test's own, which it may crash or set up otherwise, and an emulated account that is synced into it.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly ServiceProvider _services;
    private readonly AccountOptions _account;

    private OwnServer(CrashingPostgres postgres, WeChatEmulator emulator, DatabaseOptions options)
    {
        (Postgres, Emulator) = (postgres, emulator);
        _account = new AccountOptions { Name = "Brand", AppId = emulator.Account.AppId, AppSecret = emulator.Account.AppSecret };
        _dataSource = FollowerDataSource.Build(postgres.ConnectionString, options);
        Database = new FollowerDatabase(_dataSource, options, TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        var weChat = new WeChatOptions { BaseAddress = emulator.BaseAddress, Accounts = [_account], RetryDelay = TimeSpan.FromMilliseconds(10) };
        _services = TestServices.Build(Database, weChat, time: null, services => services.AddSingleton(Options.Create(new TokenOptions { ReplaceInterval = TimeSpan.FromMilliseconds(100) })));
    }

    public CrashingPostgres Postgres { get; }

    public WeChatEmulator Emulator { get; }

    public FollowerDatabase Database { get; }

    /// <param name="emulated">The account.</param>
    /// <param name="options">How patient the worker is.</param>
    /// <param name="setting">A setting of the server that is there from its start: <c>wal_level = logical</c>.</param>
    public static async Task<OwnServer> StartAsync(EmulatorOptions emulated, DatabaseOptions options, string? setting = null)
    {
        CrashingPostgres postgres = await CrashingPostgres.StartAsync();
        if (setting is not null)
        {
            await postgres.ExecuteAsync($"alter system set {setting}");
            await postgres.KillAsync();
            await postgres.StartServerAsync();
        }

        OwnServer server = new(postgres, await WeChatEmulator.StartAsync(emulated, default), options);
        await new Migrator(server._dataSource, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(options), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        return server;
    }

    public Task<SyncRun> SyncAsync() => _services.GetRequiredService<SyncRunner>().RunAsync(_account, SyncTrigger.Manual, progress: null, default);

    /// <summary>The server dies and recovers.</summary>
    public async Task CrashAsync()
    {
        await Postgres.KillAsync();
        await Postgres.StartServerAsync();
        _dataSource.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Emulator.DisposeAsync();
        await _dataSource.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
