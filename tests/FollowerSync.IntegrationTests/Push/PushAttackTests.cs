using System.Net;
using System.Net.Sockets;
using System.Text;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>Junk of many kinds against the built worker: it stays well, and its log stays short.</summary>
public sealed class PushAttackTests
{
    private static readonly string[] Junk =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /wechat/APPID?signature=hunter2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /wechat/APPID?signature=hunter2&signature=hunter2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel",
        "POST /wechat/APPID HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhunter2\r\n",
        "POST /wechat/APPID?a=%00%ff HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "GET /wechat/%ff%fe?%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /wechat/APPID?echostr=hunter2 HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: hunter2\r\n\r\n",
        "TRACE /wechat/APPID HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n",
    ];

    [Fact]
    public async Task Junk_is_a_line_of_the_log_without_traces_and_the_inner_pages_are_not_reached()
    {
        await using Installation installation = await PushKillTests.InstallationAsync();
        await using FollowerSyncProcess worker = installation.Start("run");
        Uri address = await PushKillTests.AddressAsync(worker);
        for (int round = 0; round < 20; round++)
            foreach (string junk in Junk)
                await SendAsync(address, junk.Replace("APPID", installation.WeChat.Account.AppId, StringComparison.Ordinal));

        using HttpClient client = new();
        client.DefaultRequestHeaders.Host = "127.0.0.1:8080";
        foreach (string path in new[] { "/", "/health/live", "/health/ready" })
            (await client.GetAsync(new Uri(address, path))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);

        string log = worker.Output + worker.Error;
        log.ShouldNotContain("   at ");
        log.ShouldNotContain("hunter2");
        log.Split('\n').Count(line => line.Contains("Pushes not taken", StringComparison.Ordinal)).ShouldBeInRange(1, 3);
        (await installation.Database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(0);
    }

    // Half of what is sent is cut off in the middle.
    private static async Task SendAsync(Uri address, string text)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        client.Client.Shutdown(SocketShutdown.Send);
        try
        {
            while (await stream.ReadAsync(new byte[1024]) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Refused.
        }
    }
}
