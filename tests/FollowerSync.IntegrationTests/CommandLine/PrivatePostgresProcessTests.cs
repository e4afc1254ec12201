using System.Net;
using System.Text.RegularExpressions;
using FollowerSync.Database.PrivateServer;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Database.PrivateServer;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>The built executable with a private PostgreSQL.</summary>
public sealed partial class PrivatePostgresProcessTests : IDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(30);

    private readonly PrivateScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task The_worker_is_ready_again_after_its_server_was_killed_and_ends_when_it_cannot_be_started()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        installation.Settings["ConnectionStrings__FollowerSync"] = "";
        installation.Settings["Database__PrivateFolder"] = _scene.Folder;
        await using FollowerSyncProcess worker = installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(PageAddress().IsMatch(worker.Output)), "the page is there", worker);
        Uri ready = new($"{PageAddress().Match(worker.Output).Value}/health/ready");
        await Installation.UntilAsync(() => IsReadyAsync(ready), "the worker is ready", worker);
        long start = TimeProvider.System.GetTimestamp();

        _scene.KillServer();
        await Installation.UntilAsync(() => Task.FromResult(Revived().IsMatch(worker.Output)), "the server is started again", worker);
        await Installation.UntilAsync(() => IsReadyAsync(ready), "the worker is ready again", worker);

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Promised);
        await File.AppendAllTextAsync(Path.Combine(_scene.Folder, "data", "postgresql.conf"), "nonsense = 1\n");
        _scene.KillServer();
        (await worker.WaitAsync()).ShouldBe(1);
        (worker.Output + worker.Error).ShouldContain("cannot be started again after 5 tries; the program ends");
        Revived().Count(worker.Output).ShouldBe(1);
    }

    [Fact]
    public async Task The_demo_drops_nothing_in_the_folder_of_a_worker_and_exits_with_2()
    {
        await using PrivatePostgresServer real = await _scene.StartAsync();
        await PrivateScene.ReadAsync(real.ConnectionString, "create schema wechat create table followers (openid text)");

        await using FollowerSyncProcess demo = FollowerSyncProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), "demo", "--once", "--followers", "100", "--folder", _scene.Folder);

        (await demo.WaitAsync()).ShouldBe(2);
        demo.Error.ShouldContain("it holds the real data of a worker");
        (await PrivateScene.ReadAsync(real.ConnectionString, "select count(*) from wechat.followers")).ShouldBe(0L);
    }

    private static async Task<bool> IsReadyAsync(Uri ready)
    {
        using HttpClient client = new();
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(ready);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex("(?<=status page listens on \"?)http://[0-9.:]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PageAddress();

    [GeneratedRegex("had ended and was started again", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Revived();
}
