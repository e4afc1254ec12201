using System.Diagnostics;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A file system of a few hundred kilobytes that holds <c>wechat.followers</c>, for a disk that is really full. Only root may make one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-disk-").FullName;
    private readonly string _name = $"small_{Guid.NewGuid():N}";

    private SmallDisk()
    {
    }

    /// <summary>Null where the system does not let us.</summary>
    public static async Task<SmallDisk?> TryCreateAsync(TestDatabase database)
    {
        SmallDisk disk = new();
        string data = await database.ReadAsync<string>("select current_setting('data_directory')");
        if (!await RunAsync("mount", "-t", "tmpfs", "-o", "size=640k,mode=700", "tmpfs", disk._folder)
            || !await RunAsync("chown", "--reference", data, disk._folder))
        {
            Directory.Delete(disk._folder);
            return null;
        }

        await database.ExecuteAsync($"create tablespace {disk._name} location '{disk._folder}'");
        await MoveAsync(database, disk._name);
        return disk;
    }

    /// <summary>Somebody makes room.</summary>
    public Task<bool> GrowAsync() => RunAsync("mount", "-o", "remount,size=64m", _folder);

    /// <summary>Gives the table back to its own disk.</summary>
    public async Task LeaveAsync(TestDatabase database)
    {
        await MoveAsync(database, "pg_default");
        await database.ExecuteAsync($"drop tablespace {_name}");
    }

    public async ValueTask DisposeAsync()
    {
        if (await RunAsync("umount", _folder))
            Directory.Delete(_folder);
    }

    // A table that is parted by openid has its rows in others.
    private static async Task MoveAsync(TestDatabase database, string tablespace)
    {
        const string Sql = "select coalesce(array_agg(relid::regclass::text) filter (where isleaf), array['wechat.followers']) from pg_partition_tree('wechat.followers')";
        foreach (string table in await database.ReadAsync<string[]>(Sql))
            await database.ExecuteAsync($"alter table {table} set tablespace {tablespace}");
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
