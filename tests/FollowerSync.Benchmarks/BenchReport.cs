using System.Globalization;
using System.Text;

namespace FollowerSync.Benchmarks;

/// <summary>Collects measurements and writes them as tables: every figure with its median, minimum and maximum, and the ratios of every two rounds.</summary>
internal sealed class BenchReport
{
    private const string Ours = "followersync";

    private readonly List<(BenchCase Case, string Contestant, Measurement Measured)> _all = [];

    /// <summary>Every case with the followers a second of its contestants, in the order measured.</summary>
    public IEnumerable<(BenchCase Case, string Contestant, double PerSecond)> Medians() =>
        _all.GroupBy(m => (m.Case, m.Contestant)).Select(g => (g.Key.Case, g.Key.Contestant, Median(g.Select(m => m.Measured.PerSecond))));

    public void Add(BenchCase bench, string contestant, Measurement measured) => _all.Add((bench, contestant, measured));

    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.AppendLine("| case | contestant | followers/s: median (min–max) | CPU s per million | allocated MB per million | peak MB | calls | WAL bytes per follower |");
        text.AppendLine("|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (var group in _all.GroupBy(m => (Case: m.Case.ToString(), m.Contestant)))
        {
            Measurement[] measured = [.. group.Select(g => g.Measured)];
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {group.Key.Case} | {group.Key.Contestant} | {Spread(measured.Select(m => m.PerSecond), "N0")} | {Median(measured.Select(m => m.CpuSeconds / m.Followers * 1e6)):N1} | {Median(measured.Select(m => m.AllocatedBytes / (double)m.Followers)):N0} | {Median(measured.Select(m => m.PeakBytes / 1e6)):N0} | {Median(measured.Select(m => (double)m.Calls)):N0} | {Median(measured.Select(m => m.WalBytes / (double)m.Followers)):N1} |"));
        }

        text.AppendLine();
        text.AppendLine("| case | FollowerSync's followers/s ÷ | ratio: median (min–max) |");
        text.AppendLine("|---|---|---:|");
        foreach (var bench in _all.GroupBy(m => m.Case))
        {
            double[] ours = [.. bench.Where(m => m.Contestant == Ours).Select(m => m.Measured.PerSecond)];
            foreach (var other in bench.Where(m => m.Contestant != Ours).GroupBy(m => m.Contestant))
                text.AppendLine(CultureInfo.InvariantCulture, $"| {bench.Key} | {other.Key} | {Spread(ours.SelectMany(o => other.Select(m => o / m.Measured.PerSecond)), "N2")} |");
            if (bench.Key.LatencyMilliseconds > 0)
                text.AppendLine(CultureInfo.InvariantCulture, $"| {bench.Key} | what {ContestantProcess.InFlight} calls in flight allow | {Spread(ours.Select(o => o / (ContestantProcess.InFlight * 100 * 1000.0 / bench.Key.LatencyMilliseconds)), "N2")} |");
        }

        return text.ToString();
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        double[] sorted = [.. values.Order()];
        string median = Median(sorted).ToString(format, CultureInfo.InvariantCulture);
        return sorted.Length == 1
            ? median
            : string.Create(CultureInfo.InvariantCulture, $"{median} ({sorted[0].ToString(format, CultureInfo.InvariantCulture)}–{sorted[^1].ToString(format, CultureInfo.InvariantCulture)})");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
