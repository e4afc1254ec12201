using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace FollowerSync.StatusPage.Views;

/// <summary>A small line of numbers, drawn on the server. Its colours come from the style sheet.</summary>
internal static class TrendLine
{
    private const int Width = 120;
    private const int Height = 28;
    private const int Edge = 2;

    public static MarkupString Of(IReadOnlyList<long> values, PageWords words)
    {
        if (values.Count < 2)
            return new MarkupString("");
        long low = values.Min();
        double span = Math.Max(1, values.Max() - low);
        StringBuilder points = new();
        for (int at = 0; at < values.Count; at++)
        {
            double x = Edge + ((Width - (2.0 * Edge)) * at / (values.Count - 1));
            double y = Height - Edge - ((Height - (2.0 * Edge)) * (values[at] - low) / span);
            points.Append(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} ");
        }

        string title = words.Of(PageTexts.Trend, values.Count, PageWords.Number(values[0]), PageWords.Number(values[^1]));
        return new MarkupString($"<svg class=\"trend\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title><polyline points=\"{points.ToString().TrimEnd()}\"/></svg>");
    }
}
