using System.Globalization;

namespace FollowerSync.Database.PrivateServer;

/// <summary>
/// Sessions of a server that was killed. An idle one ends by itself; a busy one only after its statement, and until then no new server can start
/// on the data.
/// </summary>
internal static class OrphanedSessions
{
    /// <summary>Ends those that worked in the folder, with the rights of the server's account.</summary>
    public static async Task EndAsync(string data, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            return;

        string[] processes = [.. Directory.EnumerateDirectories("/proc").Where(process => IsOf(data, process)).Select(process => Path.GetFileName(process))];
        if (processes.Length > 0)
            await PostgresCommand.RunAsync("/bin/kill", ["-QUIT", .. processes], account, cancellationToken);
    }

    /// <summary>Whether a process of the server works in the folder: the server itself, or a session of it.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="process">The process's folder below /proc.</param>
    public static bool IsOf(string data, string process)
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName == data
                && Path.GetFileName(File.ResolveLinkTarget(Path.Combine(process, "exe"), returnFinalTarget: false)?.FullName) is "postgres" or "postgres (deleted)";
        }
        // Gone meanwhile, or another user's.
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
