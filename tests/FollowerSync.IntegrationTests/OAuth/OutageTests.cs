using System.Net;
using System.Net.Sockets;
using FollowerSync.Database;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.OAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>A visitor hears nothing of what fails behind us.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task While_the_database_is_away_visitors_arrive_all_the_same_and_it_is_told_once()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        DatabaseOptions once = new() { Retries = 0 };
        scene.Database = new FollowerDatabase(FollowerDataSource.Build("Host=127.0.0.1;Port=1;Username=nobody;Database=none", once), once, TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        for (int visit = 0; visit < 5; visit++)
            OAuthFlowTests.Query((await browser.VisitAsync(worker, OAuthFlowTests.Start(scene))).Location!)["fs_openid"].ShouldNotBeNullOrEmpty();

        worker.Services.GetRequiredService<VisitStore>().Lost.ShouldBe(5);
        scene.Log.Of("FollowerSync.OAuth").Count().ShouldBe(2);
        scene.Log.Text.ShouldContain("Visits are not stored for the time being");
    }

    [Fact]
    public async Task While_the_database_is_away_a_state_is_still_refused_where_it_was_used()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        DatabaseOptions once = new() { Retries = 0 };
        scene.Database = new FollowerDatabase(FollowerDataSource.Build("Host=127.0.0.1;Port=1;Username=nobody;Database=none", once), once, TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));
        (await browser.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.Found);
        scene.Time.Advance(FirstAnswers.Life);

        (await browser.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_database_that_hangs_costs_a_visitor_four_seconds_at_most()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        scene.Database = new FollowerDatabase(
            FollowerDataSource.Build($"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=nobody;Database=none", new DatabaseOptions()),
            new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));

        Task<Browser.Seen> end = browser.OpenAsync(worker, back);
        using (await silent.AcceptTcpClientAsync())
            scene.Time.Advance(TimeSpan.FromSeconds(2));
        using (await silent.AcceptTcpClientAsync())
            scene.Time.Advance(TimeSpan.FromSeconds(2));

        OAuthFlowTests.Query((await end).Location!)["fs_openid"].ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task When_WeChat_does_not_answer_within_four_seconds_the_visitor_goes_on_without_openid()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        scene.WeChat.BaseAddress = new Uri($"http://{silent.LocalEndpoint}");
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, $"{OAuthFlowTests.Start(scene)}&state=mine");

        Task<Browser.Seen> end = browser.OpenAsync(worker, back);
        using TcpClient call = await silent.AcceptTcpClientAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(4));

        (await end).Location.ShouldBe("https://shop.example/welcome?campaign=7&x=%E4%BD%A0&fs_state=mine#top");
        scene.Log.Of("FollowerSync.OAuth").ShouldHaveSingleItem().ShouldContain("none within 4 s from 127.0.0.1");
    }

    [Fact]
    public async Task A_visitor_who_hangs_up_on_the_way_back_is_a_visitor_all_the_same()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        TaskCompletionSource asked = new(), hungUp = new();
        await using WebApplication weChat = LoopbackServer.Create();
        weChat.Run(async context =>
        {
            asked.TrySetResult();
            await hungUp.Task;
            await context.Response.WriteAsync("""{"access_token":"A","expires_in":7200,"refresh_token":"R","openid":"oHangsUp_0123456789abcdefghi","scope":"snsapi_base"}""");
        });
        await weChat.StartAsync();
        scene.WeChat.BaseAddress = new Uri(weChat.Urls.First());
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        using CancellationTokenSource away = new();

        Task<Browser.Seen> visit = browser.OpenAsync(worker, await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene)), away.Token);
        await asked.Task;
        await away.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(visit);
        hungUp.SetResult();

        await Installation.UntilAsync(async () => await scene.CountAsync("wechat.visitors where openid like 'oHangsUp%' and visits = 1") == 1, "the visit is stored");
        (await scene.CountAsync("followersync.arrivals where kind = 'visit'")).ShouldBe(1);
    }

    [Theory]
    [InlineData(FaultKind.Html)]
    [InlineData(FaultKind.EmptyBody)]
    [InlineData(FaultKind.Status)]
    [InlineData(FaultKind.FastReject)]
    [InlineData(FaultKind.CutBody)]
    [InlineData(FaultKind.LyingEncoding)]
    [InlineData(FaultKind.Reset)]
    public async Task An_odd_answer_of_WeChat_sends_the_visitor_on_without_openid_and_is_told_once(FaultKind fault)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Emulator.Faults.Add(new FaultRule { Fault = fault, Path = "/sns/oauth2/access_token" });
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        for (int visit = 0; visit < 3; visit++)
            (await browser.VisitAsync(worker, OAuthFlowTests.Start(scene))).Location!.ShouldEndWith("&fs_state=#top");

        worker.Services.GetRequiredService<CodeExchange>().Failed.ShouldBe(3);
        scene.Log.Of("FollowerSync.OAuth").Count().ShouldBe(1);
        (await scene.CountAsync("wechat.visitors")).ShouldBe(0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(40001)]
    [InlineData(40013)]
    [InlineData(40125)]
    [InlineData(45011)]
    [InlineData(48001)]
    [InlineData(50002)]
    [InlineData(99_999)]
    public async Task An_error_that_is_not_the_codes_never_shows_to_the_visitor(int errorCode)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = errorCode, Path = "/sns/oauth2/access_token" });
        using Browser browser = new();

        (await browser.VisitAsync(await scene.NewWorkerAsync(), OAuthFlowTests.Start(scene))).Location!.ShouldEndWith("&fs_state=#top");

        scene.Log.Text.ShouldContain(errorCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(FaultKind.Gzip)]
    [InlineData(FaultKind.ContentType)]
    public async Task An_answer_that_can_be_read_is_read_however_it_is_wrapped(FaultKind fault)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Emulator.Faults.Add(new FaultRule { Fault = fault, Path = "/sns/oauth2/access_token" });
        using Browser browser = new();

        OAuthFlowTests.Query((await browser.VisitAsync(await scene.NewWorkerAsync(), OAuthFlowTests.Start(scene))).Location!)["fs_openid"].ShouldNotBeNullOrEmpty();
    }
}
