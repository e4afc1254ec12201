using Microsoft.Win32.SafeHandles;

namespace FollowerSync.CommandLine;

/// <summary>Writes a result to where a person said. A regular file appears whole or stays as it was; a device or a pipe is written through.</summary>
internal static class OutputFile
{
    private const int StandardOutput = 1;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="target">Where to.</param>
    /// <param name="write">Writes the result.</param>
    /// <param name="cancellationToken">Ends it; a regular file then stays as it was.</param>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    /// <exception cref="OutputException">It could be opened, and then not be written to its end.</exception>
    public static Task<T> WriteAsync<T>(OutputTarget target, Func<Stream, Task<T>> write, CancellationToken cancellationToken) => target.Kind switch
    {
        OutputKind.Folder => throw new UsageException($"{target.Path} is a folder. Name a file in it."),
        OutputKind.Descriptor => WriteDescriptorAsync(target.Path, target.Descriptor, write),
        OutputKind.Device => WriteThroughAsync(target.Path, write),
        _ => ReplaceAsync(target, write, cancellationToken),
    };

    /// <summary>Writes to stdout. A reader that has gone is a failure here: .NET's own stream of the console passes over it in silence.</summary>
    /// <exception cref="OutputException">It could not be written to its end.</exception>
    public static Task<T> WriteStandardOutputAsync<T>(Func<Stream, Task<T>> write) => WriteDescriptorAsync("stdout", StandardOutput, write);

    private static async Task<T> WriteDescriptorAsync<T>(string name, int descriptor, Func<Stream, Task<T>> write)
    {
        await using FileStream output = Open(name, () => new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0));
        T result = await FilledAsync(name, output, write);
        // Moves the place in a file that is shared with the shell to behind what was written.
        _ = output.SafeFileHandle;
        return result;
    }

    private static async Task<T> WriteThroughAsync<T>(string path, Func<Stream, Task<T>> write)
    {
        await using FileStream output = Open(path, () => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        return await FilledAsync(path, output, write);
    }

    /// <summary>Beside the file under another name until it is whole, so that nobody takes half a file for all of it.</summary>
    private static async Task<T> ReplaceAsync<T>(OutputTarget target, Func<Stream, Task<T>> write, CancellationToken cancellationToken)
    {
        // A file that may not be written is not replaced either, though its folder would allow that.
        if (target.Kind == OutputKind.File)
            await Open(target.Path, () => new FileStream(target.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)).DisposeAsync();

        string part = Path.Combine(Path.GetDirectoryName(target.Path)!, ".followersync-" + Path.GetRandomFileName());
        FileStream output = Open(target.Path, () => new FileStream(part, NewFile()));
        try
        {
            T result;
            await using (output)
                result = await FilledAsync(target.Path, output, write);
            await OutputPlacement.PlaceAsync(part, target, cancellationToken);
            return result;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static FileStreamOptions NewFile()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private static FileStream Open(string path, Func<FileStream> open)
    {
        try
        {
            return open();
        }
        catch (DirectoryNotFoundException)
        {
            throw new UsageException($"There is no folder {Path.GetDirectoryName(path)}. Make it first.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: this user has no right to.");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{path} cannot be written: {exception.Message}");
        }
    }

    private static async Task<T> FilledAsync<T>(string path, FileStream output, Func<Stream, Task<T>> write)
    {
        try
        {
            T result = await write(output);
            if (output.CanSeek)
                output.Flush(flushToDisk: true);
            return result;
        }
        catch (IOException exception)
        {
            throw OutputException.Of(path, exception);
        }
    }
}
