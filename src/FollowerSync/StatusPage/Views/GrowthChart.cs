using System.Globalization;
using FollowerSync.StatusPage.Reading;
using Microsoft.AspNetCore.Components;

namespace FollowerSync.StatusPage.Views;

/// <summary>Followers by day with their bounds, drawn on the server.</summary>
internal static class GrowthChart
{
    public static MarkupString Of(IReadOnlyList<GrowthDay> days, PageWords words)
    {
        (int At, long Low, long High)[] known = [.. days.Select((day, at) => (At: at, day.AtLeast, day.AtMost)).Where(day => day is { AtLeast: not null, AtMost: not null })
            .Select(day => (day.At, day.AtLeast!.Value, day.AtMost!.Value))];
        if (known.Length == 0)
            return new MarkupString("");
        ChartScale scale = new(days.Count, known.Min(day => day.Low), known.Max(day => day.High));
        string area = scale.Points([.. known.Select(day => (day.At, day.High)), .. known.Reverse().Select(day => (day.At, day.Low))]);
        string title = words.Of(
            DetailTexts.GrowthChart, Day(days[0]), Day(days[^1]), PageWords.Number(known[0].High), PageWords.Number(known[^1].High));
        return new MarkupString(
            $"<svg class=\"chart\" viewBox=\"0 0 {ChartScale.Width} {ChartScale.Height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>{scale.Grid(days[0].Day, days[^1].Day)}"
            + $"<polygon class=\"bounds\" points=\"{area}\"/><polyline class=\"line\" points=\"{scale.Points(known.Select(day => (day.At, day.High)))}\"/></svg>");
    }

    public static string Day(GrowthDay day) => day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
