using FollowerSync.Database.PrivateServer;

namespace FollowerSync.CommandLine;

/// <summary>Puts a file that is whole in the place of another, which keeps its owner, its rights and its other names.</summary>
internal static class OutputPlacement
{
    /// <param name="part">The whole file.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">Ends it before anything is in place.</param>
    /// <exception cref="OutputException">It could not be put there.</exception>
    public static async Task PlaceAsync(string part, OutputTarget target, CancellationToken cancellationToken)
    {
        try
        {
            if (target.Entry is null || await CanReplaceAsync(part, target.Path, target.Entry, cancellationToken))
                File.Move(part, target.Path, overwrite: true);
            else
                await RefillAsync(part, target.Path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw OutputException.Of(target.Path, exception);
        }
    }

    /// <summary>Gives the new file what the old one has; not possible when the old one has several names, or an owner whom only root could give it to.</summary>
    private static async Task<bool> CanReplaceAsync(string part, string path, FileEntry old, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return true;
        if (old.Links > 1 || await FileEntry.ReadAsync(part, cancellationToken) is not { } made)
            return false;

        if ((made.Owner, made.Group) != (old.Owner, old.Group) && !await made.TryGiveAsync(old.Owner, old.Group, cancellationToken))
            return false;
        File.SetUnixFileMode(part, File.GetUnixFileMode(path));
        return true;
    }

    private static async Task RefillAsync(string part, string path, CancellationToken cancellationToken)
    {
        await using FileStream whole = new(part, FileMode.Open, FileAccess.Read);
        await using FileStream output = new(path, FileMode.Truncate, FileAccess.Write);
        await whole.CopyToAsync(output, cancellationToken);
    }
}
