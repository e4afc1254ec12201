namespace FollowerSync.Database.PrivateServer;

/// <summary>Makes files belong to the account the server runs under.</summary>
internal static class FolderAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Creates <paramref name="folder"/>, closed to all but the server's account.</summary>
    /// <exception cref="PrivatePostgresException">It cannot be created, or the account cannot reach it.</exception>
    public static async Task PrepareAsync(string folder, ServerAccount? account, CancellationToken cancellationToken)
    {
        try
        {
            CreateParents(Path.GetDirectoryName(folder), account);
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(folder, OwnerOnly);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PrivatePostgresException(
                $"The folder {folder} of the private PostgreSQL cannot be created: {exception.Message}", "Set Database:PrivateFolder to a folder of yours.", exception);
        }

        await GiveAsync([folder], account, cancellationToken);
        if (account is not null)
            await RequireReachableAsync(folder, account, cancellationToken);
    }

    /// <summary>Does nothing when the server runs as ourselves.</summary>
    public static async Task GiveAsync(IReadOnlyList<string> paths, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (account is null)
            return;

        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(
            "/bin/chown", [FormattableString.Invariant($"{account.UserId}:{account.GroupId}"), "--", .. paths], account: null, cancellationToken);
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

    private static async Task RequireReachableAsync(string folder, ServerAccount account, CancellationToken cancellationToken)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync("/usr/bin/test", ["-w", folder], account, cancellationToken);
        if (answer.ExitCode != 0)
        {
            throw new PrivatePostgresException(
                $"User {account.Name}, under whom PostgreSQL runs because this program is root, cannot reach the folder {folder}.",
                "Set Database:PrivateFolder to one that it can reach, /var/lib/followersync/postgresql say, or leave it empty.");
        }
    }
}
