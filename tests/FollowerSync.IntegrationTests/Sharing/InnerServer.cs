using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using FollowerSync.Sharing;
using FollowerSync.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.IntegrationTests.Sharing;

/// <summary>The inner listener of one worker with the token service on it, and a program that asks it.</summary>
internal sealed class InnerServer : IAsyncDisposable
{
    private readonly StatusPageServer _server;
    private readonly HttpClient _client = new();

    private InnerServer(StatusPageServer server, IServiceProvider process, RememberedLog<RefusedRequests> log) => (_server, Process, Log) = (server, process, log);

    public IServiceProvider Process { get; }

    public RememberedLog<RefusedRequests> Log { get; }

    public Uri Address => new(_server.Address!);

    public static async Task<InnerServer> StartAsync(SyncedAccount account, TimeProvider? time = null)
    {
        RememberedLog<RefusedRequests> log = new();
        IServiceProvider process = account.NewProcess(replace: services =>
        {
            services.AddTokenService();
            services.AddSingleton<ILogger<RefusedRequests>>(log);
            if (time is not null)
                services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RefusedRequests>(provider, time));
        });
        StatusPageServer server = new(
            Options.Create(new StatusPageOptions { Url = "http://127.0.0.1:0" }),
            new HealthEndpoints(_ => Task.FromResult<Sentence?>(null), TimeProvider.System, NullLogger<HealthEndpoints>.Instance),
            process.GetServices<IInnerRoutes>(),
            NullLoggerFactory.Instance,
            NullLogger<StatusPageServer>.Instance);
        await server.StartAsync(default);
        return new InnerServer(server, process, log);
    }

    /// <summary>The token, as a client of the company gets it.</summary>
    public async Task<string> GetTokenAsync(string bearer, string appId)
    {
        using HttpResponseMessage answer = await GetAsync(bearer, appId);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await TokenOfAsync(answer);
    }

    public Task<HttpResponseMessage> GetAsync(string? bearer, string appId, string? host = null, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"/token/{appId}", bearer, body: null, host, cancellationToken);

    public Task<HttpResponseMessage> RefuseAsync(string? bearer, string appId, string body) => SendAsync(HttpMethod.Post, $"/token/{appId}/refused", bearer, body, host: null, cancellationToken: default);

    public static async Task<string> TokenOfAsync(HttpResponseMessage answer)
    {
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("expires_in").GetInt64().ShouldBeInRange(1, 7_200);
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? bearer, string? body, string? host, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, new Uri(Address, path));
        request.Headers.Host = host;
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null)
            request.Content = new StringContent(body);
        return await _client.SendAsync(request, cancellationToken);
    }
}
