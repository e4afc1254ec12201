using FollowerSync.Database.PrivateServer;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>Which folders a private PostgreSQL settles in. A refused one is as it was.</summary>
public sealed class FolderClaimTests : IDisposable
{
    private readonly PrivateScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task An_empty_folder_is_taken_and_known_again()
    {
        Directory.CreateDirectory(Path.Combine(_scene.Folder, "lost+found"));

        await (await _scene.StartAsync()).DisposeAsync();
        await using PrivatePostgresServer again = await _scene.StartAsync();

        again.Created.ShouldBeFalse();
        File.Exists(Path.Combine(_scene.Folder, "followersync-data.mark")).ShouldBeTrue();
    }

    [Fact]
    public async Task Refuses_a_folder_that_is_not_ours()
    {
        Directory.CreateDirectory(_scene.Folder);
        await File.WriteAllTextAsync(Path.Combine(_scene.Folder, "letters"), "of somebody");

        (await _scene.RefusalAsync()).ShouldContain("it is not empty, and not one that FollowerSync made");

        Directory.GetFileSystemEntries(_scene.Folder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_demo_refuses_the_folder_of_a_worker_and_a_worker_that_of_a_demo()
    {
        PrivatePostgresServer real = await _scene.StartAsync();
        await PrivateScene.ReadAsync(real.ConnectionString, "create table kept as select 42 as answer");

        (await _scene.RefusalAsync(ClusterKind.Demo)).ShouldContain("it holds the real data of a worker");

        (await PrivateScene.ReadAsync(real.ConnectionString, "select answer from kept")).ShouldBe(42);
        await real.DisposeAsync();
        _scene.Folder = _scene.In("demo");
        await using PrivatePostgresServer demo = await _scene.StartAsync(ClusterKind.Demo);
        demo.ConnectionString.ShouldContain("followersync_demo");
        (await _scene.RefusalAsync()).ShouldContain("it is that of a demo");
    }

    [Fact]
    public async Task Refuses_a_folder_in_which_others_may_write()
    {
        if (OperatingSystem.IsWindows())
            return;
        await (await _scene.StartAsync()).DisposeAsync();
        File.SetUnixFileMode(_scene.Folder, (UnixFileMode)Convert.ToInt32("777", 8));

        (await _scene.RefusalAsync()).ShouldContain("others may write in it (drwxrwxrwx)");
    }

    [Fact]
    public async Task Refuses_a_folder_above_which_others_may_write()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_scene.Parent, (UnixFileMode)Convert.ToInt32("777", 8));

        (await _scene.RefusalAsync()).ShouldContain($"others may write in {_scene.Parent} above it");
    }

    [Fact]
    public async Task Refuses_a_link()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_scene.In("elsewhere"));
        Directory.CreateSymbolicLink(_scene.Folder, _scene.In("elsewhere"));

        (await _scene.RefusalAsync()).ShouldContain("it is a link");

        Directory.GetFileSystemEntries(_scene.In("elsewhere")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Root_refuses_a_folder_of_another_user_and_one_below_it()
    {
        if (!PrivateScene.IsRoot)
            return;
        Directory.CreateDirectory(_scene.Folder);
        await OrdinaryUser.RunAsync("chown", ["65534:65534", _scene.Folder]);

        (await _scene.RefusalAsync()).ShouldContain("it belongs to user 65534, and this program runs as user 0");
        _scene.Folder = Path.Combine(_scene.Folder, "below");
        (await _scene.RefusalAsync()).ShouldContain("could put another folder in its place");
    }
}
