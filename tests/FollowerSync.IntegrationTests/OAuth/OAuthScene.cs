using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.OAuth;
using FollowerSync.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>An emulated account with web authorisation, a database, and as many workers behind one public address as a test wants.</summary>
internal sealed class OAuthScene : IAsyncDisposable
{
    public const string PublicBase = "https://fs.example";
    public const string ShopUrl = "https://shop.example/welcome?campaign=7&x=%E4%BD%A0#top";
    public const string ShopKey = "0123456789abcdef0123456789abcdef-of-the-shop";

    private readonly TestDatabase _tables;
    private readonly List<ServiceProvider> _workers = [];

    private OAuthScene(TestDatabase tables, WeChatEmulator emulator, FakeTimeProvider time)
    {
        _tables = tables;
        Emulator = emulator;
        Time = time;
        Account = new AccountOptions { Name = "Brand", AppId = emulator.Account.AppId, AppSecret = emulator.Account.AppSecret };
        Account.OAuth.Targets["shop"] = new OAuthTarget { Url = new Uri(ShopUrl), Key = ShopKey };
        Account.OAuth.Targets["plain"] = new OAuthTarget { Url = new Uri("https://plain.example/") };
        WeChat = new WeChatOptions { BaseAddress = emulator.BaseAddress, AuthorizeAddress = emulator.BaseAddress, Accounts = [Account], AttemptTimeout = TimeSpan.FromSeconds(30) };
    }

    public WeChatEmulator Emulator { get; }

    public FakeTimeProvider Time { get; }

    public AccountOptions Account { get; }

    public WeChatOptions WeChat { get; }

    public ArrivalsOptions Arrivals { get; } = new() { Url = "http://127.0.0.1:0", PublicBase = new Uri(PublicBase), StateKey = new string('a', 64) };

    public TestDatabase Tables => _tables;

    /// <summary>The database of the workers; another one stands for a database that is away.</summary>
    public FollowerDatabase? Database { get; set; }

    /// <summary>What a worker finds when it reads its settings again; null = what it had.</summary>
    public IReadOnlyDictionary<string, string?>? NewSettings { get; set; }

    public EverythingLogged Log { get; } = new();

    public static async Task<OAuthScene> StartAsync(EmulatorOptions? options = null)
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        return new OAuthScene(await TestDatabase.CreateAsync(), await WeChatEmulator.StartAsync((options ?? new EmulatorOptions { Followers = 50 }) with { TimeProvider = time }, default), time);
    }

    /// <summary>Another worker behind the same address.</summary>
    /// <param name="time">Its clock; by default the one of all.</param>
    public async Task<Worker> NewWorkerAsync(TimeProvider? time = null)
    {
        ServiceProvider services = TestServices.Build(Database ?? _tables.Open(), WeChat, time ?? Time, services =>
        {
            services.AddSingleton<ILoggerFactory>(new LoggerFactory([Log], new LoggerFilterOptions { MinLevel = LogLevel.Trace }));
            services.AddSingleton(Options.Create(new ArrivalsOptions
            {
                Url = Arrivals.Url,
                PublicBase = Arrivals.PublicBase,
                StateKey = Arrivals.StateKey,
                PreviousStateKey = Arrivals.PreviousStateKey,
                KnownProxies = Arrivals.KnownProxies,
            }));
            if (NewSettings is { } settings)
                services.AddSingleton(new SecretSettings(
                    new ConfigurationBuilder().Build(), new ConfigurationBuilder().AddInMemoryCollection(settings).Build, NullLogger<SecretSettings>.Instance));
            services.AddSingleton<SenderAddress>();
            services.AddSingleton<PublicServer>();
            services.AddOAuth();
        });
        _workers.Add(services);
        PublicServer server = services.GetRequiredService<PublicServer>();
        await server.StartAsync(default);
        return new Worker(services, new Uri(server.Address!));
    }

    public Task<long> CountAsync(string sql) => _tables.ReadAsync<long>($"select count(*) from {sql}");

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProvider worker in _workers)
            await worker.DisposeAsync();
        await Emulator.DisposeAsync();
        await _tables.DisposeAsync();
    }

    /// <summary>One process.</summary>
    internal sealed record Worker(IServiceProvider Services, Uri Address);
}
