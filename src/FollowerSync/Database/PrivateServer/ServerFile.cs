namespace FollowerSync.Database.PrivateServer;

/// <summary>
/// Files in the folders that belong to the server's account. Root touches them with the rights of that account alone: what lies there may be links,
/// and they then lead nowhere the account could not go by itself.
/// </summary>
internal static class ServerFile
{
    /// <summary>Null when there is none, or none that the account may read.</summary>
    public static async Task<string?> ReadAsync(string path, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (account is not null)
        {
            PostgresCommand.Answer answer = await PostgresCommand.RunAsync("/bin/cat", ["--", path], account, cancellationToken);
            return answer.ExitCode == 0 ? answer.Output : null;
        }

        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static async Task AppendLineAsync(string path, string line, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (account is null)
        {
            await File.AppendAllTextAsync(path, $"\n{line}\n", cancellationToken);
            return;
        }

        await RequireAsync("/bin/sh", ["-c", """printf '\n%s\n' "$2" >> "$1" """, "sh", path, line], path, account, cancellationToken);
    }

    /// <summary>Makes an empty folder of the account's, closed to all others, in place of what is left of an earlier one.</summary>
    public static async Task MakeFolderAsync(string path, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path) && account is null)
            Directory.Delete(path, recursive: true);
        else if (Directory.Exists(path))
            await RequireAsync("/bin/sh", ["-c", """cd "$1" && find . -mindepth 1 -delete""", "sh", path], path, account, cancellationToken);

        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await FolderAccess.GiveAsync([path], account, cancellationToken);
    }

    private static async Task RequireAsync(
        string program, IReadOnlyList<string> arguments, string path, ServerAccount? account, CancellationToken cancellationToken)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(program, arguments, account, cancellationToken);
        if (answer.ExitCode != 0)
            throw PrivatePostgresException.CommandFailed($"Preparing {path}", answer.Output, path);
    }
}
