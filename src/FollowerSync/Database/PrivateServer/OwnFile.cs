namespace FollowerSync.Database.PrivateServer;

/// <summary>Files that this program writes for itself. A link in the place of one is replaced, never followed, and nobody sees half a file.</summary>
internal static class OwnFile
{
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string Unfinished = ".new";

    /// <summary>Whether a file of this name is one that <see cref="Write"/> has not finished.</summary>
    public static bool IsUnfinished(string name) => name.EndsWith(".mark" + Unfinished, StringComparison.Ordinal);

    /// <param name="path">Where.</param>
    /// <param name="text">What.</param>
    /// <param name="mode">Who may read it, whatever the umask says.</param>
    public static void Write(string path, string text, UnixFileMode mode)
    {
        string fresh = path + Unfinished;
        File.Delete(fresh);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        using (StreamWriter writer = new(fresh, options))
            writer.Write(text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(fresh, mode);
        File.Move(fresh, path, overwrite: true);
    }
}
