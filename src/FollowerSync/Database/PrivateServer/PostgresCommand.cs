using System.Diagnostics;

namespace FollowerSync.Database.PrivateServer;

/// <summary>Runs one of PostgreSQL's programs to its end.</summary>
internal static class PostgresCommand
{
    // Windows opens no socket and finds no folder for temporary files without the others.
    private static readonly string[] Kept = OperatingSystem.IsWindows() ? ["PATH", "TZ", "SYSTEMROOT", "TEMP", "TMP"] : ["PATH", "TZ"];

    /// <summary>Exit code and what was printed, errors included.</summary>
    internal sealed record Answer(int ExitCode, string Output);

    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Its arguments; no secret among them, others can read them.</param>
    /// <param name="account">Whom to run it as; null = as ourselves.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="capture">False when the program leaves a process behind that would hold on to our pipes.</param>
    public static async Task<Answer> RunAsync(
        string program, IReadOnlyList<string> arguments, ServerAccount? account, CancellationToken cancellationToken, bool capture = true)
    {
        (string fileName, IReadOnlyList<string> all) = account is null ? (program, arguments) : account.Wrap(program, arguments);
        ProcessStartInfo start = new(fileName, all)
        {
            UseShellExecute = false,
            RedirectStandardOutput = capture,
            RedirectStandardError = capture,
            // The other account may not be allowed to stand where we stand.
            WorkingDirectory = Path.GetPathRoot(program)!,
        };
        // Our environment may hold AppSecret and HashKey, and whoever may run SQL as superuser can read that of the server.
        foreach (string name in start.Environment.Keys.Except(Kept, StringComparer.OrdinalIgnoreCase).ToArray())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = capture ? process.StandardOutput.ReadToEndAsync(cancellationToken) : Task.FromResult("");
            Task<string> errors = capture ? process.StandardError.ReadToEndAsync(cancellationToken) : Task.FromResult("");
            string text = await output + await errors;
            await process.WaitForExitAsync(cancellationToken);
            return new Answer(process.ExitCode, text);
        }
        catch (OperationCanceledException) when (!process.HasExited)
        {
            // Not its children: a server that pg_ctl has started already must not be killed with it.
            process.Kill();
            throw;
        }
    }
}
