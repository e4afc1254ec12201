using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;

namespace FollowerSync.Nodes;

/// <summary>Tells this process from every other one, also from one that gets the same number later or on another machine.</summary>
internal static class ProcessIdentity
{
    private const string Unknown = "?";

    // Of /proc/PID/stat, counted behind the name in brackets, which may hold anything.
    private const int StateField = 0;
    private const int StartTicksField = 19;

    /// <summary>The machine, as far as process numbers mean the same there: its name, its boot and its process namespace.</summary>
    public static string Host { get; } = $"{Environment.MachineName}/{Boot()}/{ProcessNamespace()}";

    /// <summary>This process: its number and when it started.</summary>
    public static string Current { get; } = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}@{StartOf(Environment.ProcessId)}");

    /// <summary>Whether the process described, of this <see cref="Host"/>, still runs. When in doubt it does.</summary>
    public static bool IsAlive(string process)
    {
        string[] parts = process.Split('@');
        return parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int id) && StartOf(id) is { } start && (start == Unknown || start == parts[1]);
    }

    /// <summary>The first id that one of the files has. Without any one that nobody else has: of two machines taken for one, each would call the other's living processes dead.</summary>
    internal static Guid IdOf(params string[] files)
    {
        foreach (string file in files)
            if (File.Exists(file) && Guid.TryParse(File.ReadAllText(file), out Guid id))
                return id;
        return Guid.NewGuid();
    }

    /// <summary>An id of the machine's network interfaces, the same for all its processes while none comes or goes; without any one that nobody else has.</summary>
    internal static string HardwareId()
    {
        try
        {
            return HardwareIdOf(NetworkInterface.GetAllNetworkInterfaces()
                .Where(found => found.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .Select(found => found.GetPhysicalAddress()));
        }
        catch (NetworkInformationException)
        {
            return HardwareIdOf([]);
        }
    }

    /// <summary>An id of all addresses of hardware: a single one may be that of a virtual adapter, which some programs give every machine alike.</summary>
    internal static string HardwareIdOf(IEnumerable<PhysicalAddress> addresses)
    {
        byte[][] known = [.. addresses.Select(address => address.GetAddressBytes()).Where(bytes => bytes.Length == 6 && bytes.Any(part => part != 0))];
        return known.Length == 0 ? Guid.NewGuid().ToString() : Convert.ToHexStringLower(SHA256.HashData([.. known.OrderBy(Convert.ToHexString, StringComparer.Ordinal).SelectMany(bytes => bytes)]))[..16];
    }

    // Elsewhere the time of a process' start tells it from one before the boot.
    private static string Boot() => OperatingSystem.IsLinux() ? IdOf("/proc/sys/kernel/random/boot_id", "/etc/machine-id").ToString() : HardwareId();

    /// <summary>When a process started, by a clock that nobody sets; null when it runs no more.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            return OperatingSystem.IsLinux() ? StartTicks(id) : StartTime(id);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return Unknown;
        }
    }

    // Ticks since the boot, whose id is part of the host. The time of day that .NET makes of them moves with the clock.
    private static string? StartTicks(int id)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField] is "Z" or "X" ? null : fields[StartTicksField];
        }
        // There is none, or it is another user's where those are hidden (ProtectProc, hidepid): that one takes a signal, or refuses it.
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return StartTime(id) is null ? null : Unknown;
        }
        // The file is there and empty while the process ends.
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static string? StartTime(int id)
    {
        try
        {
            using Process found = Process.GetProcessById(id);
            return found.HasExited ? null : found.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

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
