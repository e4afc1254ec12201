using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Receiving;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>The examples of <c>examples/oauth</c>, run: they take what FollowerSync signs, and nothing else.</summary>
public sealed class ReceivingSideTests
{
    [Theory]
    [InlineData("php")]
    [InlineData("node")]
    [InlineData("dotnet")]
    public async Task An_example_takes_what_was_signed_for_it_and_nothing_else(string language)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        await using Receiver receiver = await Receiver.StartAsync(language, scene.Account.AppId);
        using Browser browser = new();
        scene.Account.OAuth.Scope = "snsapi_userinfo";
        string person = scene.Emulator.Account.Followers().First().OpenId;
        scene.Emulator.Account.Visitors.Expect(person);
        string query = new Uri((await browser.VisitAsync(worker, $"{OAuthFlowTests.Start(scene)}&state=cart-1")).Location!).Query;

        (await receiver.OpenAsync(query)).ShouldBe((HttpStatusCode.OK, $"{person}\n"));
        foreach (string forged in Forgeries(query))
            (await receiver.OpenAsync(forged)).ShouldBe((HttpStatusCode.Forbidden, "no visitor\n"), forged);
    }

    [Theory]
    [InlineData("php")]
    [InlineData("node")]
    [InlineData("dotnet")]
    public async Task An_example_takes_no_address_of_an_hour_ago_or_ahead(string language)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        await using Receiver receiver = await Receiver.StartAsync(language, scene.Account.AppId);
        foreach (int hours in new[] { -1, 2 })
        {
            scene.Time.AdjustTime(scene.Time.GetUtcNow().AddHours(hours));
            OAuthScene.Worker worker = await scene.NewWorkerAsync();
            using Browser browser = new();

            (await receiver.OpenAsync(new Uri((await browser.VisitAsync(worker, OAuthFlowTests.Start(scene))).Location!).Query)).Status.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    // The query of a visit with the state cart-1.
    private static IEnumerable<string> Forgeries(string query)
    {
        yield return "";
        yield return "?fs_state=cart-1";
        yield return query.Replace("cart-1", "cart-2", StringComparison.Ordinal);
        yield return query.Replace("fs_openid=o", "fs_openid=p", StringComparison.Ordinal);
        yield return query.Replace("fs_openid=", "fs_openid=|", StringComparison.Ordinal);
        yield return query.Replace("fs_openid=", "fs_openid[]=", StringComparison.Ordinal);
        yield return query.Replace("fs_unionid=", "fs_unionid=x", StringComparison.Ordinal);
        yield return query.Replace("fs_time=1", "fs_time=2", StringComparison.Ordinal);
        yield return query.Replace("fs_time=", "fs_time=%2B", StringComparison.Ordinal);
        yield return query.Replace("fs_sig=", "fs_sig=0", StringComparison.Ordinal);
        yield return query.Replace("fs_sig=", "fs_sig[]=", StringComparison.Ordinal);
        yield return query[..^1];
        yield return query[..query.IndexOf("&fs_sig", StringComparison.Ordinal)];
        yield return $"{query[..query.IndexOf("fs_sig=", StringComparison.Ordinal)]}fs_sig={new string('0', 64)}";
        yield return $"{query[..query.IndexOf("fs_sig=", StringComparison.Ordinal)]}fs_sig=%E4%BD%A0";
        yield return $"{query[..query.IndexOf("fs_sig=", StringComparison.Ordinal)]}fs_sig={query[^64..].ToUpperInvariant()}0";
    }

    /// <summary>An example at work on this machine.</summary>
    private sealed class Receiver(Uri address, Func<ValueTask> stop) : IAsyncDisposable
    {
        private readonly HttpClient _http = new() { BaseAddress = address };

        public static async Task<Receiver> StartAsync(string language, string appId)
        {
            if (language == "dotnet")
                return await StartDotnetAsync(appId);
            int port = FreePort();
            string file = Repository.PathOf(language == "php" ? "examples/oauth/receive.php" : "examples/oauth/receive.js");
            ProcessStartInfo start = new(language, language == "php" ? ["-S", $"127.0.0.1:{port}", file] : [file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["FS_APPID"] = appId, ["FS_KEY"] = OAuthScene.ShopKey, ["PORT"] = $"{port}" },
            };
            Process process = Process.Start(start)!;
            // PHP says on stderr that it listens, Node on stdout.
            await (language == "php" ? process.StandardError : process.StandardOutput).ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            return new Receiver(new Uri($"http://127.0.0.1:{port}/"), async () =>
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
                process.Dispose();
            });
        }

        public async Task<(HttpStatusCode Status, string Text)> OpenAsync(string query)
        {
            using HttpResponseMessage answer = await _http.GetAsync(query);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await stop();
        }

        private static async Task<Receiver> StartDotnetAsync(string appId)
        {
            WebApplication app = LoopbackServer.Create();
            app.MapGet("/", FollowerSyncVisitor.Answer(appId, OAuthScene.ShopKey));
            await app.StartAsync();
            return new Receiver(new Uri(app.Urls.First()), app.DisposeAsync);
        }

        private static int FreePort()
        {
            using TcpListener any = new(IPAddress.Loopback, 0);
            any.Start();
            return ((IPEndPoint)any.LocalEndpoint).Port;
        }
    }
}
