using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Push;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>What <c>check</c> says of the way from WeChat to us.</summary>
public sealed class ArrivalCheckTests : IAsyncLifetime
{
    private Installation _installation = null!;

    public async Task InitializeAsync()
    {
        _installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        _installation.Settings["Arrivals__Url"] = $"http://127.0.0.1:{FreePort()}";
        _installation.Settings["Arrivals__PublicBase"] = _installation.Settings["Arrivals__Url"];
        _installation.Settings["WeChat__Accounts__0__Push__Token"] = PushKeys.Brand.Token;
        _installation.Settings["WeChat__Accounts__0__Push__EncodingAesKey"] = PushKeys.Brand.Key;
    }

    public async Task DisposeAsync() => await _installation.DisposeAsync();

    [Fact]
    public async Task While_no_worker_runs_check_itself_answers_what_it_asks_from_outside()
    {
        string output = await CheckAsync(0);

        output.ShouldContain("is free for the worker");
        output.ShouldContain("answers, but WeChat connects to port 443");
        output.ShouldContain($"enter the URL {_installation.Settings["Arrivals__PublicBase"]}/wechat/{_installation.WeChat.Account.AppId}");
        output.ShouldNotContain(PushKeys.Brand.Token);
        output.ShouldNotContain(PushKeys.Brand.Key);
    }

    [Fact]
    public async Task The_running_worker_is_known_by_its_answer_and_says_itself_where_to_point_WeChat()
    {
        await using FollowerSyncProcess worker = _installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(worker.Output.Contains("as URL of the server configuration", StringComparison.Ordinal)), "the worker has started", worker);
        worker.Output.ShouldContain($"{_installation.Settings["Arrivals__PublicBase"]}/wechat/{_installation.WeChat.Account.AppId}");

        (await CheckAsync(0)).ShouldContain("served by the running worker");

        _installation.Settings["WeChat__Accounts__0__Push__Token"] = "AnotherToken";
        (await CheckAsync(1)).ShouldContain("it refuses the signature");
    }

    [Fact]
    public async Task Without_a_listener_or_a_public_address_it_says_what_to_set()
    {
        _installation.Settings["Arrivals__PublicBase"] = "";
        (await CheckAsync(0)).ShouldContain("set Arrivals:PublicBase");

        _installation.Settings["Arrivals__Url"] = "";
        (await CheckAsync(0)).ShouldContain("Set Arrivals:Url");
    }

    [Theory]
    [InlineData(200, "answers with another text")]
    [InlineData(301, "redirects, which WeChat does not follow")]
    [InlineData(403, "refuses the signature")]
    [InlineData(404, "the reverse proxy hands on another path")]
    [InlineData(502, "check its target against Arrivals:Url")]
    [InlineData(500, "Look into the log of the reverse proxy")]
    public async Task What_stands_in_the_way_is_named_with_the_remedy(int status, string expected)
    {
        await using WebApplication proxy = await ProxyAsync(status, certificate: null);
        _installation.Settings["Arrivals__PublicBase"] = proxy.Urls.First();

        Flat(await CheckAsync(1)).ShouldContain(expected);
    }

    [Fact]
    public async Task A_certificate_of_nobody_a_closed_port_and_a_name_of_nobody_are_named()
    {
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using WebApplication proxy = await ProxyAsync(200, certificate);
        _installation.Settings["Arrivals__PublicBase"] = proxy.Urls.First();
        Flat(await CheckAsync(1)).ShouldContain("no certificate that WeChat would accept");

        _installation.Settings["Arrivals__PublicBase"] = $"https://127.0.0.1:{FreePort()}";
        Flat(await CheckAsync(1)).ShouldContain("does not take connections (ConnectionRefused)");

        _installation.Settings["Arrivals__PublicBase"] = "https://nobody.invalid";
        Flat(await CheckAsync(1)).ShouldContain("Arrivals:PublicBase");
    }

    [Fact]
    public async Task A_foreign_program_on_the_port_is_told_from_the_worker()
    {
        await using WebApplication foreign = await ProxyAsync(404, certificate: null);
        _installation.Settings["Arrivals__Url"] = foreign.Urls.First();

        Flat(await CheckAsync(1)).ShouldContain("it is not a worker with these settings");
    }

    private async Task<string> CheckAsync(int exitCode)
    {
        (int actual, string output, string error) = await _installation.InvokeAsync("check");
        actual.ShouldBe(exitCode, output + error);
        return output;
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<WebApplication> ProxyAsync(int status, X509Certificate2? certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            if (certificate is not null)
                endpoint.UseHttps(certificate);
        }));
        WebApplication app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = status;
            return status is 200 ? context.Response.WriteAsync("hello") : Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}
