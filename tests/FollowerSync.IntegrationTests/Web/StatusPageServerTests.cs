using System.Net;
using System.Net.Sockets;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using FollowerSync.Settings;
using FollowerSync.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FollowerSync.IntegrationTests.Web;

public sealed class StatusPageServerTests : IDisposable
{
    private readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Health_tells_whether_the_worker_can_work()
    {
        Sentence? lack = null;
        await using StatusPageServer server = Server("http://127.0.0.1:0", _ => Task.FromResult(lack));
        await server.StartAsync(CancellationToken.None);

        (await GetAsync(server, "/health/live")).ShouldBe((HttpStatusCode.OK, "live\n"));
        (await GetAsync(server, "/health/ready")).ShouldBe((HttpStatusCode.OK, "ready\n"));
        lack = "2 migrations are missing";
        (await GetAsync(server, "/health/ready")).ShouldBe((HttpStatusCode.ServiceUnavailable, "not ready: 2 migrations are missing\n"));
    }

    [Fact]
    public async Task A_failing_check_is_not_ready_and_tells_no_details()
    {
        await using StatusPageServer server = Server("http://127.0.0.1:0", _ => throw new InvalidOperationException("password=hunter2"));
        await server.StartAsync(CancellationToken.None);

        (HttpStatusCode status, string text) = await GetAsync(server, "/health/ready");

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        text.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Probes_during_an_outage_are_two_lines_of_the_log()
    {
        bool works = false;
        RememberedLog<HealthEndpoints> log = new();
        await using StatusPageServer server = Server("http://127.0.0.1:0", _ => works ? Task.FromResult<Sentence?>(null) : throw new IOException("gone"), log);
        await server.StartAsync(CancellationToken.None);

        for (int probe = 0; probe < 20; probe++)
            (await GetAsync(server, "/health/ready")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        works = true;
        for (int probe = 0; probe < 20; probe++)
            (await GetAsync(server, "/health/ready")).Status.ShouldBe(HttpStatusCode.OK);

        log.Lines.Count.ShouldBe(2);
        log.Lines[0].ShouldContain("503");
        log.Lines[1].ShouldContain("200 again");
    }

    [Theory]
    [InlineData("evil.example", "/", HttpStatusCode.BadRequest)]
    [InlineData("localhost", "/", HttpStatusCode.NotFound)]
    [InlineData("page.example", "/", HttpStatusCode.NotFound)]
    [InlineData("10.1.2.3", "/health/live", HttpStatusCode.OK)]
    public async Task Only_known_host_names_see_the_page(string host, string path, HttpStatusCode expected)
    {
        await using StatusPageServer server = Server("http://127.0.0.1:0", _ => Task.FromResult<Sentence?>(null), "page.example");
        await server.StartAsync(CancellationToken.None);

        (await GetAsync(server, path, host)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_taken_port_is_an_error_that_says_what_to_do()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        await using StatusPageServer server = Server($"http://{taken.LocalEndpoint}", _ => Task.FromResult<Sentence?>(null));

        ListenException exception = await Should.ThrowAsync<ListenException>(() => server.StartAsync(CancellationToken.None));

        exception.Message.ShouldContain("another program uses the port");
        exception.Message.ShouldContain("StatusPage:Url");
    }

    [Fact]
    public async Task An_address_that_the_machine_does_not_have_may_still_come_and_one_that_is_none_may_not()
    {
        await using StatusPageServer missing = Server("http://192.0.2.1:0", _ => Task.FromResult<Sentence?>(null));
        await using StatusPageServer wrong = Server("http://[fe80::1]:0", _ => Task.FromResult<Sentence?>(null));

        ListenException exception = await Should.ThrowAsync<ListenException>(() => missing.StartAsync(CancellationToken.None));

        exception.Message.ShouldContain("this machine does not have the address, or not yet");
        await Should.ThrowAsync<SettingsException>(() => wrong.StartAsync(CancellationToken.None));
    }

    [Fact]
    public async Task So_many_connections_are_taken_and_no_more_and_the_log_says_so_once()
    {
        RememberedLog<StatusPageServer> log = new();
        await using StatusPageServer server = Server("http://127.0.0.1:0", _ => Task.FromResult<Sentence?>(null), NullLogger<HealthEndpoints>.Instance, log);
        await server.StartAsync(CancellationToken.None);
        Uri address = new(server.Address!);
        TcpClient[] idle = [.. Enumerable.Range(0, StatusPageServer.MostConnections + 8).Select(_ => new TcpClient())];

        foreach ((int place, TcpClient client) in idle.Index())
            await ConnectAsync(client, address, mayBeRefused: place >= StatusPageServer.MostConnections);
        (await log.LineAsync("refuses more")).ShouldStartWith("The listener of the status page has 512 connections");
        foreach (TcpClient client in idle)
            client.Dispose();

        // The server hears of the ends one after the other.
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (await _client.GetAsync(new Uri(address, "/health/live"), deadline.Token).ContinueWith(answer => !answer.IsCompletedSuccessfully, TaskScheduler.Default))
            deadline.Token.ThrowIfCancellationRequested();
        await log.LineAsync("takes connections again");
        log.Lines.Count(line => line.Contains("refuses more", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_an_address_nothing_listens()
    {
        await using StatusPageServer server = Server("", _ => Task.FromResult<Sentence?>(null));

        await server.StartAsync(CancellationToken.None);

        server.Address.ShouldBeNull();
    }

    // Whoever is refused may hear so before the connection counts as made.
    private static async Task ConnectAsync(TcpClient client, Uri address, bool mayBeRefused)
    {
        try
        {
            await client.ConnectAsync(address.Host, address.Port);
        }
        catch (SocketException refusal) when (mayBeRefused && refusal.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    private static StatusPageServer Server(string url, FindDatabaseLack ready, params string[] allowedHosts) =>
        Server(url, ready, NullLogger<HealthEndpoints>.Instance, allowedHosts);

    private static StatusPageServer Server(string url, FindDatabaseLack ready, ILogger<HealthEndpoints> log, params string[] allowedHosts) =>
        Server(url, ready, log, NullLogger<StatusPageServer>.Instance, allowedHosts);

    private static StatusPageServer Server(string url, FindDatabaseLack ready, ILogger<HealthEndpoints> healthLog, ILogger<StatusPageServer> log, params string[] allowedHosts) =>
        new(
            Options.Create(new StatusPageOptions { Url = url, AllowedHosts = [.. allowedHosts] }),
            new HealthEndpoints(ready, TimeProvider.System, healthLog),
            [],
            NullLoggerFactory.Instance,
            log);

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(StatusPageServer server, string path, string? host = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(new Uri(server.Address!), path));
        request.Headers.Host = host;
        using HttpResponseMessage answer = await _client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
