using System.Diagnostics;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>Another user of the machine, with no rights but those everybody has. Only root can become one.</summary>
internal static class OrdinaryUser
{
    /// <summary>Whether the command worked, and what it said.</summary>
    public static Task<(bool Worked, string Said)> TryAsync(string command, params string[] arguments) =>
        RunAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", "/bin/sh", "-c", command, "sh", .. arguments]);

    public static async Task<(bool Worked, string Said)> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, said);
    }
}
