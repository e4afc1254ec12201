using FollowerSync.Database.PrivateServer;

namespace FollowerSync.CommandLine;

/// <summary>A folder such as <c>/tmp</c>, where anybody can lay a file or a link under a name that is written later. Linux keeps a shell from those
/// (<c>fs.protected_symlinks</c>, <c>protected_regular</c>, <c>protected_fifos</c>); what walks links itself and replaces files has to look itself.</summary>
internal static class SharedFolder
{
    /// <param name="path">A link or file that is there.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UsageException">It lies in such a folder, and is neither ours nor that of the folder's owner.</exception>
    public static async Task RequireTrustedAsync(string path, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows() || !File.GetUnixFileMode(folder).HasFlag(UnixFileMode.StickyBit | UnixFileMode.OtherWrite))
            return;

        if (await FileEntry.ReadAsync(path, cancellationToken) is { } entry
            && entry.Owner != await FileEntry.OwnUserAsync(cancellationToken)
            && entry.Owner != (await FileEntry.ReadAsync(folder, cancellationToken))?.Owner)
            throw new UsageException($"{path} belongs to somebody else, user {entry.Owner}, in a folder where anybody may have put it. Name another file.");
    }
}
