using System.Net;
using System.Net.Sockets;
using System.Text;
using FollowerSync.IntegrationTests.Push;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Arrivals;

/// <summary>The listener for the internet, seen by who has no business there.</summary>
public sealed class PublicListenerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private PushScene _scene = null!;

    private static PushKeys Brand => PushKeys.Brand;

    public async Task InitializeAsync() => _scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);

    public async Task DisposeAsync()
    {
        _scene.ServerErrors.Lines.ShouldBeEmpty();
        _scene.Faults.Lines.Where(line => line.Contains("fault", StringComparison.Ordinal)).ShouldBeEmpty();
        await _scene.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/health/ready")]
    [InlineData("GET", "/token/wx00c0ffee00c0ffee")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/wechat")]
    [InlineData("GET", "/wechat/wx00c0ffee00c0ffee/more")]
    [InlineData("GET", "/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("HEAD", "/wechat/wx00c0ffee00c0ffee")]
    [InlineData("OPTIONS", "/wechat/wx00c0ffee00c0ffee")]
    [InlineData("OPTIONS", "*")]
    [InlineData("PUT", "/wechat/wx00c0ffee00c0ffee")]
    [InlineData("DELETE", "/wechat/wx00c0ffee00c0ffee")]
    [InlineData("TRACE", "/wechat/wx00c0ffee00c0ffee")]
    [InlineData("HELLO", "/wechat/wx00c0ffee00c0ffee")]
    public async Task What_no_feature_has_is_not_there(string method, string path)
    {
        string answer = await SendAsync($"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 404 Not Found\r\n");
        answer.ShouldEndWith("\r\n\r\n", customMessage: "no text");
        answer.ShouldNotContain("Allow:");
        answer.ShouldNotContain("Server:");
    }

    [Theory]
    [InlineData("GET /wechat/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /wechat/a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /wechat/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET http:///// HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /wechat/wx00c0ffee00c0ffee HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("POST /wechat/wx00c0ffee00c0ffee HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /wechat/wx00c0ffee00c0ffee HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999\r\nConnection: close\r\n\r\n", 413)]
    public async Task Malformed_requests_are_refused_clearly(string request, int status) =>
        (await SendAsync(request)).ShouldStartWith($"HTTP/1.1 {status} ");

    [Fact]
    public async Task Huge_queries_and_headers_are_refused()
    {
        (await SendAsync($"GET /?{new string('a', 10_000)} HTTP/1.1\r\nHost: a\r\n\r\n")).ShouldStartWith("HTTP/1.1 414 ");
        (await SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 20_000)}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431 ");
        (await SendAsync($"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 80).Select(number => $"X{number}: a\r\n"))}\r\n")).ShouldStartWith("HTTP/1.1 431 ");
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\n<xml>", 408)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n<xml>\r\n", 408)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    public async Task A_body_that_does_not_end_is_given_up(string rest, int status) =>
        (await SendAsync($"POST /wechat/{Brand.AppId}?{SignedPush.Safe(Brand, "").Query} HTTP/1.1\r\nHost: a\r\n{rest}")).ShouldStartWith($"HTTP/1.1 {status} ");

    [Fact]
    public async Task A_chunked_body_is_measured_as_it_comes() =>
        (await SendAsync($"POST /wechat/{Brand.AppId}?{SignedPush.Safe(Brand, "").Query} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n{new string(' ', 0x20000)}\r\n0\r\n\r\n"))
            .ShouldStartWith("HTTP/1.1 413 ");

    [Fact]
    public async Task The_body_of_who_cannot_sign_is_not_waited_for() =>
        (await SendAsync($"POST /wechat/{Brand.AppId}?signature=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n<xml>")).ShouldStartWith("HTTP/1.1 403 ");

    [Fact]
    public async Task More_connections_than_the_bound_are_refused_and_that_is_two_lines_of_the_log()
    {
        const int Bound = 100 + 1_000;
        await using PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account], maxWaiting: 100);
        List<TcpClient> open = [];
        for (int count = 0; count < Bound; count++)
            open.Add(await ConnectAsync(scene));

        for (int count = 0; count < 20; count++)
            (await IsRefusedAsync(scene)).ShouldBeTrue();

        open.ForEach(client => client.Dispose());
        await CommandLine.Installation.UntilAsync(async () => (await TryAsync(scene)) == HttpStatusCode.NotFound, "connections are taken again");
        scene.Faults.Lines.Count(line => line.Contains("refuses more", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static async Task<TcpClient> ConnectAsync(PushScene scene)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, scene.Address.Port);
        return client;
    }

    private static async Task<bool> IsRefusedAsync(PushScene scene)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        try
        {
            using TcpClient client = await ConnectAsync(scene);
            return await client.GetStream().ReadAsync(new byte[1], deadline.Token) == 0;
        }
        // The end of it may be there before its beginning is told.
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return true;
        }
    }

    private static async Task<HttpStatusCode?> TryAsync(PushScene scene)
    {
        try
        {
            return (await scene.GetAsync("/")).Status;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<string> SendAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, _scene.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        byte[] answer = new byte[4096];
        int length = 0;
        int read;
        try
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
            while ((read = await stream.ReadAsync(answer.AsMemory(length), deadline.Token)) > 0)
                length += read;
        }
        catch (IOException)
        {
            // The listener hung up on what it would not read.
        }

        return Encoding.Latin1.GetString(answer, 0, length);
    }
}
