using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Logging;
using FollowerSync.Privacy;
using FollowerSync.Readings;
using FollowerSync.Runs;
using FollowerSync.Settings;
using FollowerSync.Sync;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>One emulated account and a database it is synced into, by the classes the program uses, over HTTP and on real PostgreSQL.</summary>
internal sealed class SyncedAccount : IAsyncDisposable
{
    private readonly TestDatabase _testDatabase;
    private readonly List<ServiceProvider> _processes = [];
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
    }

    public WeChatEmulator Emulator { get; }

    public EmulatedAccount Truth => Emulator.Account;

    public AccountOptions Account { get; }

    public WeChatOptions WeChat { get; }

    public SyncOptions Sync { get; } = new() { MergeSize = 1_000 };

    public PrivacyOptions Privacy { get; } = new() { HashKey = "a key of the tests, not of people" };

    public SecretMask Mask { get; } = new();

    /// <summary>What a process finds when it reads its settings again; null = what it had.</summary>
    public Func<IConfiguration>? NewSettings { get; set; }

    /// <summary>What the runs told.</summary>
    public RememberedLog<SyncRunner> Log { get; } = new();

    public TokenOptions Token { get; } = new() { ReplaceInterval = TimeSpan.FromMilliseconds(100) };

    public FollowerDatabase Database { get; }

    public SyncRunStore Runs => new(Database, Mask);

    public TestDatabase Tables => _testDatabase;

    public static async Task<SyncedAccount> StartAsync(
        EmulatorOptions options, Action<WeChatOptions>? configure = null, DatabaseOptions? databaseOptions = null)
    {
        TestDatabase database = await TestDatabase.CreateAsync();
        return new SyncedAccount(database, await WeChatEmulator.StartAsync(options, default), options.TimeProvider, configure, databaseOptions);
    }

    public Task<SyncRun> SyncAsync(IProgress<SyncProgress>? progress = null, CancellationToken cancellationToken = default) =>
        NewRunner().RunAsync(Account, SyncTrigger.Manual, progress, cancellationToken);

    /// <summary>The services of another process: it shares nothing with the others but the database, and the clock by which WeChat lets tokens end.</summary>
    /// <param name="time">Its clock; by default the machine's.</param>
    /// <param name="retryAfter">In how long it tries a failed run again; null = not by itself, as verbs do.</param>
    /// <param name="replace">Other parts than the program's.</param>
    public IServiceProvider NewProcess(TimeProvider? time = null, TimeSpan? retryAfter = null, Action<IServiceCollection>? replace = null)
    {
        ServiceProvider process = TestServices.Build(Database, WeChat, time, services =>
        {
            services.AddSingleton(Mask);
            services.AddSingleton<ILogger<SyncRunner>>(Log);
            services.AddSingleton(Options.Create(Sync));
            services.AddSingleton(Options.Create(Token));
            services.AddSingleton(Options.Create(Privacy));
            services.AddTokenClock(_time);
            if (NewSettings is { } read)
                services.AddSingleton(new SecretSettings(new ConfigurationBuilder().Build(), read, NullLogger<SecretSettings>.Instance));
            services.AddSingleton<RetryAfter>((_, _) => retryAfter);
            replace?.Invoke(services);
        });
        _processes.Add(process);
        return process;
    }

    /// <summary>A process that knows what WeChat's clock shows.</summary>
    public async Task<IServiceProvider> NewHeardProcessAsync(TimeProvider time)
    {
        IServiceProvider process = NewProcess(time);
        await process.GetRequiredService<WeChatClients>().For(Account).GetTagsAsync(default);
        return process;
    }

    public SyncRunner NewRunner() => NewProcess().GetRequiredService<SyncRunner>();

    public WeChatClient NewClient() => NewProcess().GetRequiredService<WeChatClients>().For(Account);

    /// <summary>What reads the account's groups, tags, blacklist and books after a run.</summary>
    public AccountReading NewReading(TimeProvider time) => NewProcess(time).GetServices<IAfterRun>().OfType<AccountReading>().Single();

    public RunApproval NewApproval() => NewProcess().GetRequiredService<RunApproval>();

    /// <summary>Settings with other secrets for the account.</summary>
    public IConfiguration SettingsWith(string? appSecret = null, string? tokenBearer = null, string? redisConnection = null) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["WeChat:Accounts:0:AppId"] = Account.AppId,
            ["WeChat:Accounts:0:AppSecret"] = appSecret,
            ["WeChat:Accounts:0:TokenBearer"] = tokenBearer,
            ["WeChat:Accounts:0:TokenRedis:Connection"] = redisConnection,
        }).Build();

    public AccessTokens NewTokens() => NewProcess().GetRequiredService<AccessTokens>();

    /// <summary>Calls as another process makes them.</summary>
    public AccountCalls NewCalls() => new(Account, new CallCounts(), NewProcess().GetRequiredService<CallResilience>());

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider process in _processes)
            await process.DisposeAsync();
        await Emulator.DisposeAsync();
        await _testDatabase.DisposeAsync();
    }
}
