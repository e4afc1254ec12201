using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Leases;
using FollowerSync.Logging;
using FollowerSync.Privacy;
using FollowerSync.Readings;
using FollowerSync.Runs;
using FollowerSync.Sync;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>One emulated account and a database it is synced into, by the classes the program uses, over HTTP and on real PostgreSQL.</summary>
internal sealed class SyncedAccount : IAsyncDisposable
{
    private readonly TestDatabase _testDatabase;
    private readonly WeChatTransport _transport;
    private readonly HostRotation _hosts;
    private readonly TimeProvider _time;

    private SyncedAccount(TestDatabase testDatabase, WeChatEmulator emulator, TimeProvider time, Action<WeChatOptions>? configure, DatabaseOptions? databaseOptions)
    {
        _testDatabase = testDatabase;
        _time = time;
        Emulator = emulator;
        Account = new AccountOptions { Name = "Brand", AppId = emulator.Account.AppId, AppSecret = emulator.Account.AppSecret };
        WeChat = new WeChatOptions
        {
            BaseAddress = emulator.BaseAddress,
            Accounts = [Account],
            Retries = 3,
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
            AttemptTimeout = TimeSpan.FromSeconds(5),
        };
        configure?.Invoke(WeChat);
        Database = testDatabase.Open(databaseOptions);
        _hosts = new HostRotation(Options.Create(WeChat), TimeProvider.System);
        _transport = new WeChatTransport(Options.Create(WeChat), _hosts, TimeProvider.System);
        Runs = new SyncRunStore(Database, Mask);
        Tokens = NewTokens();
    }

    public WeChatEmulator Emulator { get; }

    public EmulatedAccount Truth => Emulator.Account;

    public AccountOptions Account { get; }

    public WeChatOptions WeChat { get; }

    public SyncOptions Sync { get; } = new() { MergeSize = 1_000 };

    public PrivacyOptions Privacy { get; } = new() { HashKey = "a key of the tests, not of people" };

    public SecretMask Mask { get; } = new();

    public TokenOptions Token { get; } = new() { ReplaceInterval = TimeSpan.FromMilliseconds(100) };

    public FollowerDatabase Database { get; }

    public SyncRunStore Runs { get; }

    public AccessTokens Tokens { get; }

    public TestDatabase Tables => _testDatabase;

    public static async Task<SyncedAccount> StartAsync(
        EmulatorOptions options, Action<WeChatOptions>? configure = null, DatabaseOptions? databaseOptions = null)
    {
        TestDatabase database = await TestDatabase.CreateAsync();
        return new SyncedAccount(database, await WeChatEmulator.StartAsync(options, default), options.TimeProvider, configure, databaseOptions);
    }

    public Task<SyncRun> SyncAsync(IProgress<SyncProgress>? progress = null, CancellationToken cancellationToken = default) =>
        NewRunner().RunAsync(Account, SyncTrigger.Manual, progress, cancellationToken);

    /// <summary>Another process's runner: shares nothing with the others but the database.</summary>
    public SyncRunner NewRunner() => new(
        Database,
        new RunLeases(Database, TimeProvider.System, NullLogger<RunLeases>.Instance),
        Runs,
        _transport,
        Tokens,
        new CallResilience(Options.Create(WeChat), TimeProvider.System),
        new ApiStopStore(Database, TimeProvider.System),
        new ApiUsageStore(Database),
        new Pseudonyms(Privacy.HashKey),
        Options.Create(Sync),
        TimeProvider.System,
        NullLogger<SyncRunner>.Instance);

    public WeChatClient NewClient() => new(Account, _transport, Tokens, new CallResilience(Options.Create(WeChat), TimeProvider.System), new CallCounts(), new CallPace(Sync.BatchesInFlight, TimeProvider.System), []);

    /// <summary>What reads the account's groups, tags, blacklist and books after a run.</summary>
    public AccountReading NewReading(TimeProvider time) => new(
        Database, new RunLeases(Database, time, NullLogger<RunLeases>.Instance), _transport, Tokens, new AccountReadingStore(Database), time);

    public RunApproval NewApproval() => new(
        Database,
        new RunLeases(Database, TimeProvider.System, NullLogger<RunLeases>.Instance),
        Runs,
        _transport,
        Tokens,
        new CallResilience(Options.Create(WeChat), TimeProvider.System),
        TimeProvider.System);

    /// <summary>Another process's tokens: shares nothing with the others but the database, and the clock by which WeChat lets tokens end.</summary>
    public AccessTokens NewTokens() => new(
        new AccessTokenStore(Database, Mask),
        new TokenEndpoint(_transport, _time),
        new CallResilience(Options.Create(WeChat), TimeProvider.System),
        Options.Create(Token),
        Mask,
        _time,
        NullLogger<AccessTokens>.Instance);

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        _transport.Dispose();
        await _testDatabase.DisposeAsync();
    }
}
