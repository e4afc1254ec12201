using FollowerSync.Languages;

namespace FollowerSync.Database.PrivateServer;

/// <summary>
/// Whether a folder is new or ours, and making a new one ours. Ours is a folder with our mark in it, owned by us, in which and above which nobody
/// else can write: then no entry in it can be a link that somebody else laid there, and what we write lands where we mean it to.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="kind">What it is for.</param>
/// <param name="account">Whom the server runs as when we are root.</param>
internal sealed class FolderClaim(string folder, ClusterKind kind, ServerAccount? account)
{
    /// <summary>What a file system makes at its root by itself, so that a folder with nothing else is empty.</summary>
    private const string FileSystemOwn = "lost+found";

    private const string MarkText = "FollowerSync keeps its private PostgreSQL in this folder, and uses no folder for it that holds neither this file nor nothing.\n";

    /// <summary>The mark of a kind.</summary>
    public static string MarkOf(ClusterKind kind) => $"followersync-{kind.ToString().ToLowerInvariant()}.mark";

    /// <summary>True when the folder is ours already, false when it is absent or empty. Changes nothing.</summary>
    /// <exception cref="FolderNotOursException">It is neither.</exception>
    public async Task<bool> InspectAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows())
            await RequireSafePlaceAsync(cancellationToken);
        if (!Directory.Exists(folder))
            return false;

        string[] entries = Entries();
        if (entries.Length == 0)
            return false;
        if (entries.Contains(MarkOf(kind), StringComparer.Ordinal))
            return true;

        ClusterKind? other = Enum.GetValues<ClusterKind>().Cast<ClusterKind?>().FirstOrDefault(one => entries.Contains(MarkOf(one!.Value), StringComparer.Ordinal));
        throw new FolderNotOursException(folder, other switch
        {
            ClusterKind.Data => (Sentence)"it holds the real data of a worker, which a demo would empty",
            ClusterKind.Demo => "it is that of a demo, which empties its database at each start",
            _ => $"it is not empty, and not one that FollowerSync made (there is no {MarkOf(kind)} in it)",
        });
    }

    /// <summary>Makes the folder if need be, marks it and closes it to all but us and, to pass through, the server's account.</summary>
    /// <exception cref="DatabaseException">It is not ours, cannot be made, or the server's account cannot reach it.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        FolderAccess.Create(folder, account);
        // Looked at once more before it is touched: somebody may have been quicker.
        bool ours = await InspectAsync(cancellationToken);
        await FolderAccess.CloseAsync(folder, account, cancellationToken);
        if (!ours)
            OwnFile.Write(Path.Combine(folder, MarkOf(kind)), MarkText, OwnFile.Private);
    }

    private string[] Entries()
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Where(name => name != FileSystemOwn && !OwnFile.IsUnfinished(name))];
        }
        catch (UnauthorizedAccessException)
        {
            throw new FolderNotOursException(folder, "this user may not read it");
        }
    }

    private async Task RequireSafePlaceAsync(CancellationToken cancellationToken)
    {
        if (await FileEntry.ReadAsync(folder, cancellationToken) is { } entry)
        {
            int self = await FileEntry.OwnUserAsync(cancellationToken);
            if (!entry.IsFolder)
                throw new FolderNotOursException(folder, entry.IsLink ? (Sentence)"it is a link, name the folder itself" : "it is not a folder");
            if (entry.Owner != self)
                throw new FolderNotOursException(folder, $"it belongs to user {entry.Owner}, and this program runs as user {self}");
            if (entry.IsOpenToGroup || entry.IsOpenToAll)
                throw new FolderNotOursException(folder, $"others may write in it ({entry.Mode})");
        }

        await RequireSafeParentsAsync(folder, cancellationToken);
    }

    // Who can write above a folder can put another in its place. Root trusts root alone.
    private async Task RequireSafeParentsAsync(string path, CancellationToken cancellationToken)
    {
        for (string? parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (await FileEntry.ReadAsync(parent, cancellationToken) is not { } entry)
                continue;
            bool foreign = account is not null && (entry.Owner != FileEntry.Root || (!entry.IsLink && entry.IsOpenToGroup && entry.Group != FileEntry.Root));
            if (foreign || (!entry.IsLink && entry.IsOpenToAll))
                throw new FolderNotOursException(folder, $"others may write in {parent} above it ({entry.Mode}) and could put another folder in its place");
            if (entry.IsLink && Directory.ResolveLinkTarget(parent, returnFinalTarget: true) is { } target)
                await RequireSafeParentsAsync(Path.Combine(target.FullName, "."), cancellationToken);
        }
    }
}
