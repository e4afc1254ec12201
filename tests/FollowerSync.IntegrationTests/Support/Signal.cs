using System.Runtime.InteropServices;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A POSIX signal to another process. The system's own call: a bare machine has no <c>/bin/kill</c>.</summary>
internal sealed class Signal
{
    public static readonly Signal HangUp = new(1);
    public static readonly Signal Interrupt = new(2);
    public static readonly Signal Quit = new(3);
    public static readonly Signal Terminate = new(15);
    public static readonly Signal Stop = new(OperatingSystem.IsLinux() ? 19 : 17);
    public static readonly Signal Continue = new(OperatingSystem.IsLinux() ? 18 : 19);

    private readonly int _number;

    private Signal(int number) => _number = number;

    /// <summary>A process that has ended meanwhile is none the worse.</summary>
    public void SendTo(int processId) => _ = Kill(processId, _number);

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
