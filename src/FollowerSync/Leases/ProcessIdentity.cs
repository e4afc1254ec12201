using System.Diagnostics;
using System.Globalization;

namespace FollowerSync.Leases;

/// <summary>Tells this process from every other one, also from one that gets the same number later or on another machine.</summary>
internal static class ProcessIdentity
{
    // The system tells start times to a hundredth of a second, and not always the same hundredth.
    private static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(2);

    /// <summary>The machine, as far as process numbers mean the same there: its name, its boot and its process namespace.</summary>
    public static string Host { get; } = $"{Environment.MachineName}/{BootId()}/{ProcessNamespace()}";

    /// <summary>This process: its number and its start time.</summary>
    public static string Current { get; } = Describe();

    /// <summary>Whether the process described, of this <see cref="Host"/>, still runs. When in doubt it does.</summary>
    public static bool IsAlive(string process)
    {
        string[] parts = process.Split('@');
        if (parts.Length != 2 || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out int id)
            || !DateTime.TryParse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime startedAt))
        {
            return false;
        }

        try
        {
            using Process found = Process.GetProcessById(id);
            return !found.HasExited && (found.StartTime.ToUniversalTime() - startedAt).Duration() < StartTolerance;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return true;
        }
    }

    private static string Describe()
    {
        using Process own = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{own.Id}@{own.StartTime.ToUniversalTime():O}");
    }

    private static string BootId() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "-";

    private static string ProcessNamespace()
    {
        try
        {
            return new FileInfo("/proc/self/ns/pid").LinkTarget ?? "-";
        }
        catch (IOException)
        {
            return "-";
        }
    }
}
