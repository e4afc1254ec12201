namespace FollowerSync.Database.PrivateServer;

/// <summary>Who may do what with the folder of the private PostgreSQL: all of it is ours, and the server's account passes through to its own part.</summary>
internal static class FolderAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode GroupPasses = OwnerOnly | UnixFileMode.GroupExecute;
    private const UnixFileMode Passable = OwnerOnly
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Creates <paramref name="folder"/> closed to all others, and the parents that lack; one that is there stays as it is.</summary>
    /// <exception cref="PrivatePostgresException">It cannot be created.</exception>
    public static void Create(string folder, ServerAccount? account)
    {
        try
        {
            CreateParents(Path.GetDirectoryName(folder), account);
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, OwnerOnly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PrivatePostgresException(
                $"The folder {folder} of the private PostgreSQL cannot be created: {exception.Message}", "Set Database:PrivateFolder to a folder of yours.", exception);
        }
    }

    /// <summary>Closes a folder of ours to all others, but lets the group of the server's account pass.</summary>
    /// <exception cref="PrivatePostgresException">The account cannot reach it.</exception>
    public static async Task CloseAsync(string folder, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (account is not null)
            await LetThroughAsync(folder, account, cancellationToken);
        else if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, OwnerOnly);
    }

    /// <summary>Makes files of root's folder the account's own. Does nothing when the server runs as ourselves.</summary>
    public static async Task GiveAsync(IReadOnlyList<string> paths, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (account is not null)
            await ChownAsync(FormattableString.Invariant($"{account.UserId}:{account.GroupId}"), paths, account, cancellationToken);
    }

    private static async Task LetThroughAsync(string folder, ServerAccount account, CancellationToken cancellationToken)
    {
        await ChownAsync(FormattableString.Invariant($"{FileEntry.Root}:{account.GroupId}"), [folder], account, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, GroupPasses);

        PostgresCommand.Answer answer = await PostgresCommand.RunAsync("/usr/bin/test", ["-x", folder], account, cancellationToken);
        if (answer.ExitCode != 0)
        {
            throw new PrivatePostgresException(
                $"User {account.Name}, under whom PostgreSQL runs because this program is root, cannot reach the folder {folder}.",
                "Set Database:PrivateFolder to one that it can reach, /var/lib/followersync/postgresql say, or leave it empty.");
        }
    }

    private static async Task ChownAsync(string owner, IReadOnlyList<string> paths, ServerAccount account, CancellationToken cancellationToken)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync("/bin/chown", ["-h", owner, "--", .. paths], account: null, cancellationToken);
        if (answer.ExitCode != 0)
        {
            throw new PrivatePostgresException(
                $"The files of the private PostgreSQL cannot be given to user {account.Name}: {answer.Output.Trim()}",
                "Set Database:PrivateFolder to a folder on a local disk.");
        }
    }

    // What root creates on the way must let the server's account through, whatever the umask says.
    private static void CreateParents(string? folder, ServerAccount? account)
    {
        if (folder is null || Directory.Exists(folder))
            return;

        CreateParents(Path.GetDirectoryName(folder), account);
        Directory.CreateDirectory(folder);
        if (account is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, Passable);
    }
}
