using System.Globalization;

namespace FollowerSync.Benchmarks;

/// <summary>Processor time and memory of other processes, as Linux counts them under <c>/proc</c>.</summary>
internal static class ProcessorTime
{
    // USER_HZ, which the kernel's interface fixes.
    private const double TicksASecond = 100;

    /// <summary>Seconds of a process; 0 once it is gone.</summary>
    public static double Of(int process) => Read(process) is { } fields ? Sum(fields, withEnded: false) : 0;

    /// <summary>Seconds of a process and of all its children, those that have ended included.</summary>
    public static double OfFamily(int parent)
    {
        double seconds = Sum(Read(parent)!, withEnded: true);
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int process) && Read(process) is { } fields && ParentOf(fields) == parent)
                seconds += Sum(fields, withEnded: true);
        }

        return seconds;
    }

    public static int ParentOf(int process) => ParentOf(Read(process)!);

    /// <summary>Most resident memory that a process had so far, in bytes; 0 once it is gone.</summary>
    public static long PeakOf(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan()[6..^2], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // Fields 3 and on of proc(5): state, parent, … The name before them may hold anything.
    private static string[]? Read(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int ParentOf(string[] fields) => int.Parse(fields[1], CultureInfo.InvariantCulture);

    private static double Sum(string[] fields, bool withEnded) =>
        fields[11..(withEnded ? 15 : 13)].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksASecond;
}
