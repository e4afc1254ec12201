namespace FollowerSync.Import;

/// <summary>Opens what is to be imported.</summary>
internal static class ImportSource
{
    /// <summary>Stands for stdin.</summary>
    public const string StandardInput = "-";

    /// <param name="path">A file, a pipe, or <see cref="StandardInput"/>.</param>
    /// <exception cref="ImportException">It cannot be opened.</exception>
    public static Stream Open(string path)
    {
        if (path == StandardInput)
            return Console.OpenStandardInput();
        if (string.IsNullOrWhiteSpace(path))
            throw new ImportException("FILE is empty. Name a file, or - for stdin.");
        if (Directory.Exists(path))
            throw new ImportException($"{path} is a folder. Name a file in it.");

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImportException($"There is no file {path}.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new ImportException($"{path} cannot be read: this user has no right to.");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            throw new ImportException($"{path} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Bytes there are to read; null = nobody knows, as of a pipe.</summary>
    public static long? LengthOf(Stream source) => source.CanSeek && source.Length > 0 ? source.Length : null;
}
