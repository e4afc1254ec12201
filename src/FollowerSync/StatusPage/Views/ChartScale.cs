using System.Globalization;
using System.Text;

namespace FollowerSync.StatusPage.Views;

/// <summary>Where values stand in a chart: the room of its lines, and round marks beside them.</summary>
internal sealed class ChartScale
{
    public const int Width = 640;
    public const int Height = 220;
    private const int Left = 84;
    private const int Right = 8;
    private const int Top = 10;
    private const int Bottom = 24;
    private const int Marks = 4;
    private static readonly int[] RoundSteps = [1, 2, 5, 10];

    private readonly int _count;
    private readonly double _low;
    private readonly double _high;
    private readonly double _step;

    public ChartScale(int count, long low, long high)
    {
        _count = count;
        double rough = Math.Max(1, (high - low) / (double)Marks);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        _step = Math.Max(1, RoundSteps.First(factor => factor * power >= rough) * power);
        _low = Math.Floor(low / _step) * _step;
        _high = Math.Max(Math.Ceiling(high / _step) * _step, _low + _step);
    }

    public static double RoomWidth => Width - Left - Right;

    /// <summary>Horizontal place of a day.</summary>
    public double X(int at) => Left + (RoomWidth * (_count < 2 ? 0.5 : at / (_count - 1.0)));

    /// <summary>Vertical place of a number.</summary>
    public double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - _low) / (_high - _low));

    /// <summary>The lines behind, with their numbers, and the first and the last day.</summary>
    public string Grid(DateTime first, DateTime last)
    {
        StringBuilder svg = new();
        for (double mark = _low; mark <= _high + (_step / 2); mark += _step)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(mark):0.#}\" y2=\"{Y(mark):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Y(mark) + 4:0.#}\" text-anchor=\"end\">{mark:N0}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Height - 6}\">{first:yyyy-MM-dd}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">{last:yyyy-MM-dd}</text>");
        return svg.ToString();
    }

    /// <summary>Places for a line or an area.</summary>
    public string Points(IEnumerable<(int At, long Value)> values) =>
        string.Join(' ', values.Select(one => string.Create(CultureInfo.InvariantCulture, $"{X(one.At):0.#},{Y(one.Value):0.#}")));
}
