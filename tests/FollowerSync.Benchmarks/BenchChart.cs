using System.Globalization;
using System.Text;

namespace FollowerSync.Benchmarks;

/// <summary>Draws followers a second as bars, a group a case.</summary>
internal static class BenchChart
{
    private const int BarHeight = 18;
    private const int Gap = 26;
    private const int Left = 270;
    private const int Width = 620;

    public static string ToSvg(BenchReport report)
    {
        var cases = report.Medians().Where(m => m.Contestant != "http-only").GroupBy(m => m.Case).ToList();
        double most = cases.SelectMany(c => c).Max(m => m.PerSecond);
        StringBuilder bars = new();
        int y = 44;
        foreach (var bench in cases)
        {
            bars.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"8\" y=\"{y + 13}\" font-weight=\"bold\">{bench.Key}</text>");
            foreach (var bar in bench)
            {
                double width = Math.Max(1, bar.PerSecond / most * Width);
                bars.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 13}\" text-anchor=\"end\">{bar.Contestant}</text>");
                bars.AppendLine(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{width:F0}\" height=\"{BarHeight - 3}\" fill=\"{ColourOf(bar.Contestant)}\"/>");
                bars.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left + width + 6:F0}\" y=\"{y + 13}\">{bar.PerSecond:N0}</text>");
                y += BarHeight;
            }

            y += Gap - BarHeight;
        }

        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 90}" height="{y + 8}" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="8" y="24" font-size="15" font-weight="bold">Followers a second</text>
            {bars}</svg>

            """);
    }

    private static string ColourOf(string contestant) => contestant switch
    {
        "followersync" => "#07c160",
        "copy-only" => "#c8c8c8",
        _ => "#7c8ba1",
    };
}
