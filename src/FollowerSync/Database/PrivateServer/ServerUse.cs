namespace FollowerSync.Database.PrivateServer;

/// <summary>Shows other programs that this one uses the server, for as long as it lives.</summary>
internal sealed class ServerUse : IDisposable
{
    private readonly string _path;
    private readonly FolderLock _lock;

    private ServerUse(string path, FolderLock taken)
    {
        _path = path;
        _lock = taken;
    }

    public bool IsDisposed { get; private set; }

    public static ServerUse Enter(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.lock");
        return new ServerUse(path, FolderLock.TryTake(path)!);
    }

    /// <summary>Whether a living program holds a file in the folder; files of killed ones are removed.</summary>
    public static bool IsAnyoneIn(string folder)
    {
        if (!Directory.Exists(folder))
            return false;

        bool anyone = false;
        foreach (string path in Directory.GetFiles(folder, "*.lock"))
        {
            using FolderLock? left = FolderLock.TryTake(path);
            if (left is null)
                anyone = true;
            else
                File.Delete(path);
        }

        return anyone;
    }

    public void Dispose()
    {
        if (IsDisposed)
            return;

        IsDisposed = true;
        _lock.Dispose();
        File.Delete(_path);
    }
}
