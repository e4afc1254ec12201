using FollowerSync.Database.PrivateServer;

namespace FollowerSync.CommandLine;

/// <summary>What a path given for output stands for, once all links are followed.</summary>
/// <param name="Path">Where the links lead.</param>
/// <param name="Kind">What is there.</param>
/// <param name="Entry">The existing file; null where there is none, and on Windows.</param>
/// <param name="Descriptor">For <see cref="OutputKind.Descriptor"/>: its number.</param>
internal sealed record OutputTarget(string Path, OutputKind Kind, FileEntry? Entry = null, int Descriptor = -1)
{
    /// <exception cref="UsageException">The links lead in a circle, or cannot be read; or somebody else laid one, or the file, where anybody can.</exception>
    public static async Task<OutputTarget> FindAsync(string path, CancellationToken cancellationToken)
    {
        (string at, int? descriptor, IReadOnlyList<string> links) = LinkWalk.Follow(path);
        foreach (string link in links)
            await SharedFolder.RequireTrustedAsync(link, cancellationToken);
        if (descriptor is { } number)
            return new OutputTarget(at, OutputKind.Descriptor, Descriptor: number);
        if (Directory.Exists(at) || path.EndsWith('/'))
            return new OutputTarget(at, OutputKind.Folder);
        if (OperatingSystem.IsWindows())
            return new OutputTarget(at, File.Exists(at) ? OutputKind.File : OutputKind.Nothing);

        FileEntry? entry = await FileEntry.ReadAsync(at, cancellationToken);
        if (entry is not null)
            await SharedFolder.RequireTrustedAsync(at, cancellationToken);
        return new OutputTarget(at, entry is null ? OutputKind.Nothing : entry.IsFile ? OutputKind.File : OutputKind.Device, entry);
    }
}

/// <summary>What can be at a path.</summary>
internal enum OutputKind
{
    Nothing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A device, a pipe or a socket.</summary>
    Device,

    /// <summary>Something this process has open, such as <c>/dev/stdout</c>.</summary>
    Descriptor,

    Folder,
}
