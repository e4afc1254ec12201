using System.Globalization;
using System.Text;
using FollowerSync.StatusPage.Reading;
using Microsoft.AspNetCore.Components;

namespace FollowerSync.StatusPage.Views;

/// <summary>New and gone by day, drawn on the server: up and down from zero.</summary>
internal static class FlowChart
{
    public static MarkupString Of(IReadOnlyList<GrowthDay> days, PageWords words)
    {
        ChartScale scale = new(days.Count + 1, -days.Max(day => day.LeftAtMost ?? 0), Math.Max(1, days.Max(day => day.New)));
        double width = Math.Max(1, (ChartScale.RoomWidth / days.Count) - 1);
        StringBuilder bars = new();
        for (int at = 0; at < days.Count; at++)
        {
            Bar(bars, "new", scale, at, width, days[at].New);
            Bar(bars, "gone perhaps", scale, at, width, -(days[at].LeftAtMost ?? 0));
            Bar(bars, "gone", scale, at, width, -(days[at].LeftAtLeast ?? 0));
        }

        string title = words.Of(DetailTexts.FlowChart, GrowthChart.Day(days[0]), GrowthChart.Day(days[^1]));
        return new MarkupString(
            $"<svg class=\"chart\" viewBox=\"0 0 {ChartScale.Width} {ChartScale.Height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>{scale.Grid(days[0].Day, days[^1].Day)}{bars}</svg>");
    }

    private static void Bar(StringBuilder bars, string name, ChartScale scale, int at, double width, long value)
    {
        if (value == 0)
            return;
        double top = scale.Y(Math.Max(value, 0));
        double height = Math.Max(0.5, scale.Y(Math.Min(value, 0)) - top);
        bars.Append(CultureInfo.InvariantCulture, $"<rect class=\"{name}\" x=\"{scale.X(at):0.#}\" y=\"{top:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\"/>");
    }
}
