using System.Net;
using System.Text;
using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Push;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>The public listener with all that takes pushes, as the worker has it, and WeChat's side of the connection.</summary>
internal sealed class PushScene : IAsyncDisposable
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly ServiceProvider _services;

    // As many connections at once as a proxy has.
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(30) };

    private PushScene(ServiceProvider services) => _services = services;

    public Uri Address => new(_services.GetRequiredService<PublicServer>().Address!);

    public RememberedLog<PushCounts> Counts { get; } = new();

    /// <summary>Faults of our own that the listener hid from the caller.</summary>
    public RememberedLog<PublicServer> Faults { get; } = new();

    /// <summary>What the server under the listener took for an error of ours.</summary>
    public ServerErrors ServerErrors { get; } = new();

    public PushQueue Queue => _services.GetRequiredService<PushQueue>();

    public static async Task<PushScene> StartAsync(FollowerDatabase database, IEnumerable<AccountOptions> accounts, int maxWaiting = 5_000, TimeProvider? time = null)
    {
        ServiceCollection services = new();
        PushScene? scene = null;
        services.AddLogging(logging => logging.Services.AddSingleton<ILoggerProvider>(_ => scene!.ServerErrors));
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton(database);
        services.AddSingleton(Options.Create(new WeChatOptions { Accounts = [.. accounts] }));
        services.AddSingleton(Options.Create(new ArrivalsOptions { Url = "http://127.0.0.1:0", MaxWaiting = maxWaiting }));
        services.AddPushStoring();
        services.AddSingleton<SenderAddress>();
        services.AddSingleton<PublicServer>();
        services.AddHostedService(provider => provider.GetRequiredService<PublicServer>());
        services.AddPush();
        services.AddSingleton<ILogger<PushCounts>>(_ => scene!.Counts);
        services.AddSingleton<ILogger<PublicServer>>(_ => scene!.Faults);
        scene = new PushScene(services.BuildServiceProvider());
        foreach (IHostedService service in scene._services.GetServices<IHostedService>())
            await service.StartAsync(default);
        return scene;
    }

    public Task<(HttpStatusCode Status, string Text)> PostAsync(PushKeys keys, SignedPush push) => PostAsync($"/wechat/{keys.AppId}?{push.Query}", push.Body);

    public async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "text/xml");
        using HttpResponseMessage answer = await _client.PostAsync(AddressOf(path), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _client.GetAsync(AddressOf(path));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Uri AddressOf(string path) => new(Address.GetLeftPart(UriPartial.Authority) + path, AsItIs);

    public async ValueTask DisposeAsync()
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(default);
        _client.Dispose();
        await _services.DisposeAsync();
    }
}
